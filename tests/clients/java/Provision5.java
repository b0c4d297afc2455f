// SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception
// Axis 1.4 with the 5.0 form: add, read back, list, remove.

import axl5.*;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.rmi.RemoteException;
import java.util.Objects;
import org.apache.axis.types.Name;
import org.apache.axis.types.PositiveInteger;

public class Provision5 {
    private static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static int failed;

    private static void ok(boolean good, String name, Object seen) {
        failed += good ? 0 : 1;
        out.println(good ? "ok - " + name : "not ok - " + name + ": " + String.valueOf(seen).replace('\n', ' '));
    }

    private static void equal(Object got, Object wanted, String name) {
        ok(Objects.equals(String.valueOf(got), String.valueOf(wanted)), name, "got " + got + ", wanted " + wanted);
    }

    private static String uuid(StandardResponse answer, String name) {
        String uuid = answer.get_return();
        ok(uuid != null && uuid.matches("\\{[0-9A-Fa-f-]{36}\\}"), name, uuid);
        return uuid;
    }

    private static AXLAPIBindingStub connect() throws Exception {
        AXLAPIBindingStub stub =
            (AXLAPIBindingStub) new AXLAPIServiceLocator().getAXLPort(new URL(System.getenv("CCMSIM_URL")));
        stub.setUsername(System.getenv("CCMSIM_USER"));
        stub.setPassword(System.getenv("CCMSIM_PASSWORD"));
        return stub;
    }

    private static void add(AXLAPIBindingStub port) throws Exception {
        XRoutePartition partition = new XRoutePartition();
        partition.setName("Old-PT");
        partition.setDescription("Altbau, Küche");
        AddRoutePartitionReq addPartition = new AddRoutePartitionReq();
        addPartition.setNewRoutePartition(partition);
        uuid(port.addRoutePartition(addPartition), "add a partition");

        XCallingSearchSpaceMember member = new XCallingSearchSpaceMember();
        member.setRoutePartitionName("Old-PT");
        member.setIndex(new PositiveInteger("1"));
        XCallingSearchSpace css = new XCallingSearchSpace();
        css.setName(new Name("Old-CSS"));
        css.setDescription("reaches the old building");
        css.setMembers(new XCallingSearchSpaceMember[] {member});
        AddCSSReq addCss = new AddCSSReq();
        addCss.setNewCSS(css);
        uuid(port.addCSS(addCss), "add a calling search space");

        XNPDirectoryNumber line = new XNPDirectoryNumber();
        line.setPattern("0077");
        line.setDescription("leading zeros");
        line.setUsage(XPatternUsage.fromString("Device"));
        line.setRoutePartitionName("Old-PT");
        line.setAlertingName("Jörg");
        AddLineReq addLine = new AddLineReq();
        addLine.setNewLine(line);
        uuid(port.addLine(addLine), "add a line");
        addPhone(port);
        addUser(port);
    }

    private static void addPhone(AXLAPIBindingStub port) throws Exception {
        XNPDirectoryNumber dirn = new XNPDirectoryNumber();
        dirn.setPattern("0077");
        dirn.setUsage(XPatternUsage.fromString("Device"));
        dirn.setRoutePartitionName("Old-PT");
        XLine line = new XLine();
        line.setIndex(new PositiveInteger("1"));
        line.setLabel("0077 Jörg");
        line.setDirn(dirn);
        line.setRingSetting(XRingSetting.fromString("Ring"));
        XLineCallInfoDisplay shown = new XLineCallInfoDisplay();
        shown.setCallerName(true);
        line.setCallInfoDisplay(shown);
        XPhoneLines lines = new XPhoneLines();
        lines.setLine(new XLine[] {line});
        XIPPhone phone = new XIPPhone();
        phone.setName(new Name("SEP0011223344BB"));
        phone.setDescription("Jörg's phone");
        phone.setProduct(XProduct.fromString("Cisco 7960"));
        phone.setModel(XModel.fromString("Cisco 7960"));
        phone.set_class(XClass.fromString("Phone"));
        phone.setProtocol(XDeviceProtocol.fromString("SCCP"));
        phone.setProtocolSide(XProtocolSide.fromString("User"));
        phone.setCallingSearchSpaceName(new Name("Old-CSS"));
        phone.setDevicePoolName("Default");
        phone.setLocationName("Hub_None");
        phone.setPhoneTemplateName("Standard 7960 SCCP");
        phone.setLines(lines);
        AddPhoneReq request = new AddPhoneReq();
        request.setNewPhone(phone);
        uuid(port.addPhone(request), "add a phone with the line");
    }

    private static void addUser(AXLAPIBindingStub port) throws Exception {
        XUser user = new XUser();
        user.setFirstname("Jörg");
        user.setLastname("Alt");
        user.setUserid("jalt");
        user.setPassword("Sekret-12345");
        user.setPin("73519");
        user.setAssociatedDevices(new String[] {"SEP0011223344BB"});
        AddUserReq request = new AddUserReq();
        request.setNewUser(user);
        uuid(port.addUser(request), "add a user with the phone");
    }

    private static void readPartition(AXLAPIBindingStub port) throws Exception {
        GetRoutePartitionReq partition = new GetRoutePartitionReq();
        partition.setPartitionName("Old-PT");
        equal(port.getRoutePartition(partition).get_return().getRoutePartition().getDescription(), "Altbau, Küche",
              "the partition's description");
    }

    private static void readRoutes(AXLAPIBindingStub port) throws Exception {
        NameAndGUIDRequest css = new NameAndGUIDRequest();
        css.setName("Old-CSS");
        XCallingSearchSpace space = port.getCSS(css).get_return().getCallingSearchSpace();
        equal(space.getDescription(), "reaches the old building", "the CSS's description");
        XCallingSearchSpaceMember member = space.getMembers()[0];
        equal(member.getRoutePartitionName() != null ? member.getRoutePartitionName() : member.getRoutePartition().getName(),
              "Old-PT", "the CSS's member");
        GetLineReq line = new GetLineReq();
        line.setPattern("0077");
        line.setRoutePartitionName("Old-PT");
        equal(port.getLine(line).get_return().getDirectoryNumber().getAlertingName(), "Jörg", "the line's alerting name");
    }

    private static void readDevices(AXLAPIBindingStub port) throws Exception {
        GetPhoneReq phone = new GetPhoneReq();
        phone.setPhoneName("SEP0011223344BB");
        XIPPhone found = port.getPhone(phone).get_return().getDevice();
        equal(found.getDescription(), "Jörg's phone", "the phone's description");
        equal(found.getProduct(), "Cisco 7960", "the phone's product");
        equal(found.getLines().getLine(0).getLabel(), "0077 Jörg", "the phone's line label");
        equal(found.getLines().getLine(0).getDirn().getPattern(), "0077", "the phone's line pattern");
        GetUserReq user = new GetUserReq();
        user.setUserid("jalt");
        XUser person = port.getUser(user).get_return().getUser();
        equal(person.getFirstname(), "Jörg", "the user's first name");
        equal(person.getAssociatedDevices()[0], "SEP0011223344BB", "the user's device");
    }

    private static void change(AXLAPIBindingStub port) throws Exception {
        UpdatePhoneReq update = new UpdatePhoneReq();
        update.setName("SEP0011223344BB");
        update.setDescription("moved out");
        uuid(port.updatePhone(update), "change the phone");
        GetPhoneReq phone = new GetPhoneReq();
        phone.setPhoneName("SEP0011223344BB");
        equal(port.getPhone(phone).get_return().getDevice().getDescription(), "moved out", "the change");
    }

    private static void remove(AXLAPIBindingStub port) throws Exception {
        RemoveUserReq user = new RemoveUserReq();
        user.setUserid("jalt");
        uuid(port.removeUser(user), "remove the user");
        RemovePhoneReq phone = new RemovePhoneReq();
        phone.setPhoneName("SEP0011223344BB");
        uuid(port.removePhone(phone), "remove the phone");
        RemoveLineReq line = new RemoveLineReq();
        line.setPattern("0077");
        line.setRoutePartitionName("Old-PT");
        uuid(port.removeLine(line), "remove the line");
        NameAndGUIDRequest css = new NameAndGUIDRequest();
        css.setName("Old-CSS");
        uuid(port.removeCSS(css), "remove the calling search space");
        RemoveRoutePartitionReq partition = new RemoveRoutePartitionReq();
        partition.setPartitionName("Old-PT");
        uuid(port.removeRoutePartition(partition), "remove the partition");
        try {
            GetPhoneReq gone = new GetPhoneReq();
            gone.setPhoneName("SEP0011223344BB");
            port.getPhone(gone);
            ok(false, "the phone is gone", "no fault");
        } catch (RemoteException fault) {
            ok(fault.getMessage().contains("was not found"), "the phone is gone", fault);
        }
    }

    private interface Part {
        void run(AXLAPIBindingStub port) throws Exception;
    }

    private static void attempt(String name, Part part, AXLAPIBindingStub port) {
        try {
            part.run(port);
        } catch (Exception problem) {
            ok(false, name, problem);
        }
    }

    public static void main(String[] args) throws Exception {
        out.println("# client: Axis 1.4 WSDL2Java (Java)\n# api: AXL 5.0");
        AXLAPIBindingStub port = connect();
        attempt("adding", Provision5::add, port);
        attempt("reading the partition", Provision5::readPartition, port);
        attempt("reading CSS and line", Provision5::readRoutes, port);
        attempt("reading phone and user", Provision5::readDevices, port);
        attempt("changing", Provision5::change, port);
        attempt("removing", Provision5::remove, port);
        System.exit(failed > 0 ? 1 : 0);
    }
}
