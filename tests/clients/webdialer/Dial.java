// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// Stubs that Axis 1.4 made of the WSDL, used as the vendor's sample does.
import java.net.URL;
import wd70.*;

public class Dial {
    private static int failed;

    private static void ok(boolean good, String name, Object seen) {
        if (!good)
            failed++;
        System.out.println(good ? "ok - " + name : "not ok - " + name + ": " + seen);
    }

    private static Credential credential(String password) {
        Credential c = new Credential();
        c.setUserID(System.getenv("WD_USER"));
        c.setPassword(password);
        return c;
    }

    public static void main(String[] args) throws Exception {
        System.out.println("# client: Axis 1.4 (Java)\n# api: WebDialer");
        WDSoapInterface wd = new WDSoapInterfaceServiceLocator().getWebdialerSoapService70(
            new URL(System.getenv("WD_BASE") + "/services/WebdialerSoapService70"));
        Credential who = credential(System.getenv("WD_PASSWORD"));
        UserProfile profile = new UserProfile();
        profile.setUser(System.getenv("WD_USER"));
        profile.setDeviceName(System.getenv("WD_DEVICE"));
        profile.setLineNumber("2001; Office");
        profile.setLocale("");
        CallResponse r = wd.makeCallSoap(who, "2002", profile);
        ok(r.getResponseCode() == 0 && r.getResponseDescription().equals("Success"), "a call", r.getResponseDescription());
        r = wd.endCallSoap(who, profile);
        ok(r.getResponseCode() == 0, "and its end", r.getResponseDescription());
        r = wd.endCallSoap(who, profile);
        ok(r.getResponseCode() == 1, "which is there once", r.getResponseDescription());
        r = wd.makeCallSoap(credential("x"), "2002", profile);
        ok(r.getResponseCode() == 2, "a wrong password", r.getResponseDescription());
        ok(wd.isClusterUserSoap("alice") && !wd.isClusterUserSoap("nobody"), "whose user", "");
        ok("2001".equals(wd.getPrimaryLine(who)), "the primary line", wd.getPrimaryLine(who));
        ConfigResponseDetail d = wd.getProfileDetailSoap(who);
        ok(d.getResponseCode() == 0 && d.getDeviceInfoListDetail().length == 1, "the profile in detail", d.getDescription());
        WDDeviceInfoDetail one = d.getDeviceInfoListDetail()[0];
        ok(one.getDeviceName().equals(System.getenv("WD_DEVICE")) && one.getPhoneType().equals("Cisco 8841")
           && one.getLines().length == 2 && one.getLines()[1].equals("2001; Office"), "its device", one.getDeviceName());
        System.exit(failed > 0 ? 1 : 0);
    }
}
