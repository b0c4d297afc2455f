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
            ConfigResponseDetail answer = port.getProfileDetailSoap(credential);
            System.out.println(answer.getResponseCode());
            WDDeviceInfoDetail[] devices = answer.getDeviceInfoListDetail();
            for (int i = 0; devices != null && i < devices.length; i++)
                System.out.println(devices[i].getDeviceName() + "=" + String.join(",", devices[i].getLines()));
            return;
        }
        UserProfile profile = new UserProfile();
        profile.setUser(args[1]);
        profile.setDeviceName(args[3]);
        profile.setLineNumber(args[4]);
        profile.setLocale("English");
        CallResponse answer = args[0].equals("call") ? port.makeCallSoap(credential, args[5], profile)
                                                     : port.endCallSoap(credential, profile);
        System.out.println(answer.getResponseCode());
        System.out.println(answer.getResponseDescription());
    }
}
