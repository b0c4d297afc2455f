// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// WebDialer through Axis 1.4's stubs. usage: Dial profile USER PASSWORD | Dial call USER PASSWORD DEVICE LINE NUMBER
//   | Dial end USER PASSWORD DEVICE LINE. Prints the code, then what the profile tells: device=line,line.
import java.net.URL;
import wd70.*;

public class Dial {
    public static void main(String[] args) throws Exception {
        WDSoapInterfaceServiceLocator locator = new WDSoapInterfaceServiceLocator();
        WDSoapInterface port = locator.getWebdialerSoapService70(new URL(System.getenv("CCMSIM_WEBDIALER")));
        Credential credential = new Credential();
        credential.setUserID(args[1]);
        credential.setPassword(args[2]);
        if (args[0].equals("profile")) {
            GetConfigResponse answer = port.getProfileSoap(credential, args[1]);
            System.out.println(answer.getResponseCode());
            for (Object one : (Object[]) answer.getDeviceInfoList()) {
                WDDeviceInfo info = (WDDeviceInfo) one;
                Object lines = info.getLines();
                String text = lines instanceof Object[] ? String.join(",", java.util.Arrays.copyOf((Object[]) lines,
                        ((Object[]) lines).length, String[].class)) : String.valueOf(lines);
                System.out.println(info.getDeviceName() + "=" + text);
            }
            return;
        }
        UserProfile profile = new UserProfile();
        profile.setUser(args[1]);
        profile.setDeviceName(args[3]);
        profile.setLineNumber(args[4]);
        CallResponse answer = args[0].equals("call") ? port.makeCallSoap(credential, args[5], profile)
                                                     : port.endCallSoap(credential, profile);
        System.out.println(answer.getResponseCode());
        System.out.println(answer.getResponseDescription());
    }
}
