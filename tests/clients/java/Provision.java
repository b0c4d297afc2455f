// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// JAX-WS with what wsimport makes of the WSDL: add, read back, change, list, remove. usage: Provision VERSION

import axl.*;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import javax.xml.bind.JAXBElement;
import javax.xml.ws.BindingProvider;

public class Provision {
    private static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final ObjectFactory make = new ObjectFactory();
    private static int failed;

    private static void ok(boolean good, String name, Object seen) {
        failed += good ? 0 : 1;
        out.println(good ? "ok - " + name : "not ok - " + name + ": " + String.valueOf(seen).replace('\n', ' '));
    }

    private static void equal(Object got, Object wanted, String name) {
        ok(Objects.equals(got, wanted), name, "got " + got + ", wanted " + wanted);
    }

    private static String uuid(StandardResponse answer, String name) {
        String uuid = answer.getReturn();
        ok(uuid != null && uuid.matches("\\{[0-9A-F-]{36}\\}"), name, uuid);
        return uuid;
    }

    private static XFkType ref(String name) {
        XFkType fk = make.createXFkType();
        fk.setValue(name);
        return fk;
    }

    private static void trustAnyCertificate() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new X509TrustManager() {
            public void checkClientTrusted(X509Certificate[] chain, String type) { }
            public void checkServerTrusted(X509Certificate[] chain, String type) { }
            public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
        }}, null);
        HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
        HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);
    }

    private static AXLPort connect(String wsdl) throws Exception {
        URL url = Paths.get(wsdl).toUri().toURL();
        AXLPort port = new AXLAPIService(url).getAXLPort();
        Map<String, Object> request = ((BindingProvider) port).getRequestContext();
        request.put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, System.getenv("CCMSIM_URL"));
        request.put(BindingProvider.USERNAME_PROPERTY, System.getenv("CCMSIM_USER"));
        request.put(BindingProvider.PASSWORD_PROPERTY, System.getenv("CCMSIM_PASSWORD"));
        return port;
    }

    private static String addPartition(AXLPort port) throws Exception {
        XRoutePartition partition = make.createXRoutePartition();
        partition.setName("Buero-PT");
        partition.setDescription("Küche, Flur 1");
        AddRoutePartitionReq request = make.createAddRoutePartitionReq();
        request.setRoutePartition(partition);
        return uuid(port.addRoutePartition(request), "add a partition");
    }

    private static String addCss(AXLPort port) throws Exception {
        XCallingSearchSpaceMember member = make.createXCallingSearchSpaceMember();
        member.setRoutePartitionName(ref("Buero-PT"));
        member.setIndex("1");
        XCss css = make.createXCss();
        css.setName("Office-CSS");
        css.setMembers(make.createXCssMembers());
        css.getMembers().getMember().add(member);
        AddCssReq request = make.createAddCssReq();
        request.setCss(css);
        return uuid(port.addCss(request), "add a calling search space");
    }

    private static String addLine(AXLPort port) throws Exception {
        XLine line = make.createXLine();
        line.setPattern("0042");
        line.setDescription("leading zeros");
        line.setUsage("Device");
        line.setRoutePartitionName(make.createXLineRoutePartitionName(ref("Buero-PT")));
        line.setAlertingName("Zoë & Öhm <1>");
        line.setShareLineAppearanceCssName(make.createXLineShareLineAppearanceCssName(ref("Office-CSS")));
        AddLineReq request = make.createAddLineReq();
        request.setLine(line);
        return uuid(port.addLine(request), "add a line");
    }

    private static XPhoneLine phoneLine() {
        XDirn dirn = make.createXDirn();
        dirn.setPattern("0042");
        dirn.setRoutePartitionName(make.createXDirnRoutePartitionName(ref("Buero-PT")));
        XPhoneLine line = make.createXPhoneLine();
        line.setIndex("1");
        line.setLabel("0042 Zoë");
        line.setDirn(dirn);
        return line;
    }

    private static String addPhone(AXLPort port) throws Exception {
        XPhone phone = make.createXPhone();
        phone.setName("SEP0011223344AA");
        phone.setDescription("Zoë's phone");
        phone.setProduct("Cisco 7965");
        phone.setClazz("Phone");
        phone.setProtocol("SCCP");
        phone.setProtocolSide("User");
        phone.setCallingSearchSpaceName(make.createXPhoneCallingSearchSpaceName(ref("Office-CSS")));
        phone.setDevicePoolName(make.createXPhoneDevicePoolName(ref("Default")));
        phone.setCommonPhoneConfigName(ref("Standard Common Phone Profile"));
        phone.setLocationName(ref("Hub_None"));
        phone.setUseTrustedRelayPoint("Default");
        phone.setPhoneTemplateName(make.createXPhonePhoneTemplateName(ref("Standard 7965 SCCP")));
        JAXBElement<XFkType> primary = make.createXPhonePrimaryPhoneName(null);
        primary.setNil(true);
        phone.setPrimaryPhoneName(primary);
        phone.setBuiltInBridgeStatus("Default");
        phone.setPacketCaptureMode("None");
        phone.setCertificateOperation("No Pending Operation");
        phone.setDeviceMobilityMode("Default");
        phone.setLines(make.createXPhoneLines());
        phone.getLines().getLine().add(phoneLine());
        AddPhoneReq request = make.createAddPhoneReq();
        request.setPhone(phone);
        return uuid(port.addPhone(request), "add a phone with the line");
    }

    private static String addUser(AXLPort port) throws Exception {
        XUser user = make.createXUser();
        user.setFirstName("Zoë");
        user.setLastName("Öhm");
        user.setUserid("zoehm");
        user.setPassword("Sekret-12345");
        user.setPin("73519");
        user.setPresenceGroupName(ref("Standard Presence group"));
        user.setAssociatedDevices(make.createXUserAssociatedDevices());
        user.getAssociatedDevices().getDevice().add("SEP0011223344AA");
        AddUserReq request = make.createAddUserReq();
        request.setUser(user);
        return uuid(port.addUser(request), "add a user with the phone");
    }

    private static GetPhoneReq phoneRequest() {
        GetPhoneReq request = make.createGetPhoneReq();
        request.setName("SEP0011223344AA");
        return request;
    }

    private static void readBack(AXLPort port, String partitionId, String cssId) throws Exception {
        GetRoutePartitionReq partition = make.createGetRoutePartitionReq();
        partition.setName("Buero-PT");
        RRoutePartition found = port.getRoutePartition(partition).getReturn().getRoutePartition();
        equal(found.getDescription(), "Küche, Flur 1", "the partition's description");
        equal(found.getUuid(), partitionId, "the partition's uuid");

        GetCssReq css = make.createGetCssReq();
        css.setName("Office-CSS");
        RCss space = port.getCss(css).getReturn().getCss();
        equal(space.getMembers().getMember().get(0).getRoutePartitionName().getValue(), "Buero-PT", "the CSS's member");

        RPhone phone = port.getPhone(phoneRequest()).getReturn().getPhone();
        equal(phone.getDescription(), "Zoë's phone", "the phone's description");
        equal(phone.getProduct(), "Cisco 7965", "the phone's product");
        equal(phone.getCallingSearchSpaceName().getUuid(), cssId, "the phone's CSS by uuid");
        equal(phone.getLines().getLine().get(0).getLabel(), "0042 Zoë", "the phone's line label");
        equal(phone.getLines().getLine().get(0).getDirn().getPattern(), "0042", "the phone's line pattern");

        GetLineReq line = make.createGetLineReq();
        line.setPattern("0042");
        line.setRoutePartitionName(make.createGetLineReqRoutePartitionName(ref("Buero-PT")));
        RLine number = port.getLine(line).getReturn().getLine();
        equal(number.getAlertingName(), "Zoë & Öhm <1>", "the line's alerting name");
        equal(number.getAssociatedDevices().getDevice().get(0), "SEP0011223344AA", "the line's device");

        GetUserReq user = make.createGetUserReq();
        user.setUserid("zoehm");
        RUser person = port.getUser(user).getReturn().getUser();
        equal(person.getLastName(), "Öhm", "the user's last name");
        equal(person.getAssociatedDevices().getDevice().get(0), "SEP0011223344AA", "the user's device");
    }

    private static void change(AXLPort port, String phoneId) throws Exception {
        UpdatePhoneReq update = make.createUpdatePhoneReq();
        update.setName("SEP0011223344AA");
        update.setDescription("moved to the küche");
        equal(port.updatePhone(update).getReturn(), phoneId, "change the phone");
        ListPhoneReq list = make.createListPhoneReq();
        list.setSearchCriteria(make.createListPhoneReqSearchCriteria());
        list.getSearchCriteria().setName("SEP00112233%");
        list.setReturnedTags(make.createLPhone());
        list.getReturnedTags().setName("");
        list.getReturnedTags().setDescription("");
        var phones = port.listPhone(list).getReturn().getPhone();
        equal(phones.size(), 1, "list phones");
        equal(phones.get(0).getDescription(), "moved to the küche", "the change in the list");
    }

    private static void remove(AXLPort port, String phoneId) throws Exception {
        RemoveUserReq user = make.createRemoveUserReq();
        user.setUserid("zoehm");
        uuid(port.removeUser(user), "remove the user");
        NameAndGUIDRequest phone = make.createNameAndGUIDRequest();
        phone.setName("SEP0011223344AA");
        equal(port.removePhone(phone).getReturn(), phoneId, "remove the phone");
        RemoveLineReq line = make.createRemoveLineReq();
        line.setPattern("0042");
        line.setRoutePartitionName(make.createRemoveLineReqRoutePartitionName(ref("Buero-PT")));
        uuid(port.removeLine(line), "remove the line");
        NameAndGUIDRequest css = make.createNameAndGUIDRequest();
        css.setName("Office-CSS");
        uuid(port.removeCss(css), "remove the calling search space");
        NameAndGUIDRequest partition = make.createNameAndGUIDRequest();
        partition.setName("Buero-PT");
        uuid(port.removeRoutePartition(partition), "remove the partition");
        try {
            port.getPhone(phoneRequest());
            ok(false, "the phone is gone", "no fault");
        } catch (AXLError_Exception fault) {
            equal(fault.getFaultInfo().getAxlcode(), 5007, "the phone is gone: a typed fault");
        } catch (javax.xml.ws.soap.SOAPFaultException fault) {
            ok(fault.getMessage().contains("was not found"), "the phone is gone", fault);
        }
    }

    public static void main(String[] args) {
        out.println("# client: JAX-WS 2.3 wsimport (Java)\n# api: AXL " + args[0]);
        try {
            trustAnyCertificate();
            AXLPort port = connect(args[1]);
            String partition = addPartition(port);
            String css = addCss(port);
            addLine(port);
            String phone = addPhone(port);
            addUser(port);
            readBack(port, partition, css);
            change(port, phone);
            remove(port, phone);
        } catch (Exception problem) {
            ok(false, "no exception", problem);
        }
        System.exit(failed > 0 ? 1 : 0);
    }
}
