/* SPDX-License-Identifier: GPL-2.0-or-later WITH OpenSSL-exception */
/* Load for the bench: one kind of AXL request with random keys over kept-alive connections, a write
 * among every hundred reads, against ccmsimd or the canned server. Counts the server's own processor
 * time, so that neither this program's cost nor other work on the machine is in the figure.
 *
 *     load PORT PID KIND PHONES REQUESTS SEED AUTHORIZATION [PATH]
 *
 * prints one line: requests, failures, bytes of an answer, server CPU in us a request, requests a second,
 * median and 99th percentile in us. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define THREADS 4

static const char envelope[] =
    "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "
    "xmlns:ns=\"http://www.cisco.com/AXL/API/15.0\"><soapenv:Body>%s</soapenv:Body></soapenv:Envelope>";

enum kind_of { READS, WRITES, ALONE /* reads without a write among them */ };

/* %1$08u: a phone of the cluster; %2$u: never the same twice. */
static const struct kind {
    const char  *name, *operation;
    enum kind_of of;
    const char  *body;
} kinds[] = {
    { "get-all", "getPhone", READS, "<ns:getPhone><name>SEP%1$012u</name></ns:getPhone>" },
    { "get-3", "getPhone", READS,
      "<ns:getPhone><name>SEP%1$012u</name><returnedTags><name/><description/><devicePoolName/></returnedTags>"
      "</ns:getPhone>" },
    { "list-100x5", "listPhone", READS,
      "<ns:listPhone><searchCriteria><name>SEP%%</name></searchCriteria><returnedTags><name/><description/><model/>"
      "<devicePoolName/><protocol/></returnedTags><skip>%1$u</skip><first>100</first></ns:listPhone>" },
    { "list-prefix", "listPhone", READS,
      "<ns:listPhone><searchCriteria><name>SEP%3$010u%%</name></searchCriteria><returnedTags><name/><description/>"
      "<model/><devicePoolName/><protocol/></returnedTags></ns:listPhone>" },
    { "update", "updatePhone", WRITES,
      "<ns:updatePhone><name>SEP%1$012u</name><description>changed %2$u</description></ns:updatePhone>" },
    { "add", "addPhone", WRITES,
      "<ns:addPhone><phone><name>SEPB%2$011u</name><description>bench</description><product>Cisco 8841</product>"
      "<class>Phone</class><protocol>SIP</protocol><protocolSide>User</protocolSide>"
      "<devicePoolName>Default</devicePoolName><commonPhoneConfigName>Standard Common Phone Profile"
      "</commonPhoneConfigName><locationName>Hub_None</locationName><useTrustedRelayPoint>Default"
      "</useTrustedRelayPoint><phoneTemplateName>Standard 8841 SIP</phoneTemplateName><primaryPhoneName/>"
      "<builtInBridgeStatus>Default</builtInBridgeStatus><packetCaptureMode>None</packetCaptureMode>"
      "<certificateOperation>No Pending Operation</certificateOperation><deviceMobilityMode>Default"
      "</deviceMobilityMode><securityProfileName>Cisco 8841 - Standard SIP Non-Secure Profile</securityProfileName>"
      "<sipProfileName>Standard SIP Profile</sipProfileName><lines><line><index>1</index><dirn><pattern>9%2$09u"
      "</pattern></dirn></line></lines></phone></ns:addPhone>" },
    { "sql-1000x5", "executeSQLQuery", READS,
      "<ns:executeSQLQuery><sql>SELECT FIRST 1000 name, description, tkmodel, tkclass, fkdevicepool FROM device "
      "WHERE tkclass = 1</sql></ns:executeSQLQuery>" },
    { "sql-1", "executeSQLQuery", READS,
      "<ns:executeSQLQuery><sql>SELECT d.name, n.dnorpattern FROM device d, devicenumplanmap m, numplan n WHERE "
      "m.fkdevice = d.pkid AND m.fknumplan = n.pkid AND d.name = 'SEP%1$012u'</sql></ns:executeSQLQuery>" },
    { "ris-1000", "selectCmDevice", ALONE,
      "<ns:selectCmDevice><ns:StateInfo/><ns:CmSelectionCriteria><ns:MaxReturnedDevices>1000</ns:MaxReturnedDevices>"
      "<ns:DeviceClass>Phone</ns:DeviceClass><ns:Model>255</ns:Model><ns:Status>Any</ns:Status><ns:NodeName/>"
      "<ns:SelectBy>Name</ns:SelectBy><ns:SelectItems><ns:item><ns:Item>SEP*</ns:Item></ns:item></ns:SelectItems>"
      "<ns:Protocol>Any</ns:Protocol><ns:DownloadStatus>Any</ns:DownloadStatus></ns:CmSelectionCriteria>"
      "</ns:selectCmDevice>" },
    { "ris-1", "selectCmDevice", ALONE,
      "<ns:selectCmDevice><ns:StateInfo/><ns:CmSelectionCriteria><ns:SelectBy>Name</ns:SelectBy><ns:SelectItems><ns:item>"
      "<ns:Item>SEP%1$012u</ns:Item></ns:item></ns:SelectItems></ns:CmSelectionCriteria></ns:selectCmDevice>" },
};

struct job {
    const struct kind *kind;
    int                port;
    const char        *path, *authorization;
    unsigned           phones, first, requests;
    uint64_t           random;
    uint32_t          *times_us;
    uint64_t           bytes;
    unsigned           failures, reads;
    char               complaint[400];
};

static uint64_t
now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* Time on a processor of all of the server's threads, in nanoseconds. */
static uint64_t
cpu_ns(long pid)
{
    char     path[300];
    uint64_t sum = 0;

    snprintf(path, sizeof path, "/proc/%ld/task", pid);
    DIR *dir = opendir(path);
    if (dir == NULL) {
        fprintf(stderr, "load: no process %ld\n", pid);
        exit(1);
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        unsigned long long ns = 0;
        snprintf(path, sizeof path, "/proc/%ld/task/%s/schedstat", pid, e->d_name);
        FILE *f = *e->d_name == '.' ? NULL : fopen(path, "r");
        if (f == NULL)
            continue;
        if (fscanf(f, "%llu", &ns) == 1)
            sum += ns;
        fclose(f);
    }
    closedir(dir);
    return sum;
}

static uint64_t
draw(struct job *j)
{
    uint64_t z = j->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static int
dial(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        fprintf(stderr, "load: port %d: %s\n", port, strerror(errno));
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static size_t
request(struct job *j, const struct kind *k, unsigned serial, char *out, size_t size)
{
    char     body[4096], whole[5120];
    unsigned phone = (unsigned)(draw(j) % j->phones) + 1;

    if (k->of == READS && strcmp(k->name, "list-100x5") == 0)
        phone = j->phones > 1000 ? phone % 900 : phone % (j->phones > 100 ? j->phones - 100 : 1);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(body, sizeof body, k->body, phone, serial, phone / 100);
    int len = snprintf(whole, sizeof whole, envelope, body);
#pragma GCC diagnostic pop
    int n = snprintf(out, size,
                     "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml; charset=utf-8\r\n"
                     "SOAPAction: \"CUCM:DB ver=15.0 %s\"\r\nAuthorization: Basic %s\r\nContent-Length: %d\r\n\r\n%s",
                     j->path, k->operation, j->authorization, len, whole);
    return (size_t)n;
}

/* One answer's status, and in *bytes its body's length; the body stays in buf. */
static int
answer(int fd, char *buf, size_t size, size_t *bytes)
{
    size_t got = 0;
    char  *body = NULL;
    size_t want = 0;

    for (;;) {
        ssize_t n = recv(fd, buf + got, size - 1 - got, 0);
        if (n <= 0)
            return 0;
        got += (size_t)n;
        buf[got] = '\0';
        if (body == NULL && (body = strstr(buf, "\r\n\r\n")) != NULL) {
            char *length = strcasestr(buf, "\r\nContent-Length:");
            if (length == NULL || length > body)
                return 0;
            want = strtoul(length + 17, NULL, 10);
            body += 4;
        }
        if (body != NULL && got >= (size_t)(body - buf) + want) {
            *bytes = want;
            return (int)strtol(buf + 9, NULL, 10);
        }
    }
}

static void *
work(void *arg)
{
    static const struct kind *update = &kinds[4];
    struct job               *j = arg;
    size_t                    size = 8u << 20, bytes;
    char                     *buf = malloc(size), out[8192];
    int                       fd = dial(j->port);

    for (unsigned i = 0; i < j->requests; i++) {
        bool               write = j->kind->of == READS && i % 100 == 99;
        const struct kind *k = write ? update : j->kind;
        size_t             len = request(j, k, j->first + i, out, sizeof out);
        uint64_t           begin = now_ns();

        bytes = 0;
        int status = send(fd, out, len, MSG_NOSIGNAL) == (ssize_t)len ? answer(fd, buf, size, &bytes) : 0;
        j->times_us[i] = (uint32_t)((now_ns() - begin) / 1000);
        if (status != 200) {
            if (j->failures++ == 0)
                snprintf(j->complaint, sizeof j->complaint, "%d %.380s", status,
                         strstr(buf, "<faultstring>") != NULL ? strstr(buf, "<faultstring>") : buf);
            if (status == 0) {
                close(fd);
                fd = dial(j->port);
            }
        } else if (!write) {
            j->bytes += bytes;
            j->reads++;
        }
    }
    close(fd);
    free(buf);
    return NULL;
}

static int
by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static const struct kind *
kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    fprintf(stderr, "load: no kind \"%s\"\n", name);
    exit(2);
}

int
main(int argc, char **argv)
{
    if (argc < 8) {
        fprintf(stderr, "load: PORT PID KIND PHONES REQUESTS SEED AUTHORIZATION [PATH]\n");
        return 2;
    }
    long      pid = strtol(argv[2], NULL, 10);
    unsigned  requests = (unsigned)strtoul(argv[5], NULL, 10) / THREADS * THREADS;
    uint64_t  seed = strtoull(argv[6], NULL, 10), bytes = 0;
    uint32_t *times = calloc(requests, sizeof *times);
    struct job jobs[THREADS];
    pthread_t  threads[THREADS];
    unsigned   failures = 0, reads = 0;

    uint64_t cpu = cpu_ns(pid), begin = now_ns();
    for (unsigned i = 0; i < THREADS; i++) {
        unsigned each = requests / THREADS;
        jobs[i] = (struct job){
            .kind = kind_find(argv[3]), .port = (int)strtol(argv[1], NULL, 10),
            .path = argc > 8 ? argv[8] : "/axl/", .authorization = argv[7],
            .phones = (unsigned)strtoul(argv[4], NULL, 10), .requests = each,
            .first = (unsigned)(seed % 1000) * 1000000u + i * each, .random = seed * 31 + i, .times_us = times + i * each,
        };
        pthread_create(&threads[i], NULL, work, &jobs[i]);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        failures += jobs[i].failures;
        bytes += jobs[i].bytes;
        reads += jobs[i].reads;
        if (jobs[i].failures > 0)
            fprintf(stderr, "load: %s: %s\n", argv[3], jobs[i].complaint);
    }
    double wall = (double)(now_ns() - begin) / 1e9, used = (double)(cpu_ns(pid) - cpu) / 1e3;
    qsort(times, requests, sizeof *times, by_size);
    printf("%u %u %llu %.2f %.0f %u %u\n", requests, failures, (unsigned long long)(reads > 0 ? bytes / reads : 0),
           used / requests, requests / wall, times[requests / 2], times[(size_t)requests * 99 / 100]);
    free(times);
    return failures > 0;
}
