using System.Globalization;
using System.Text;

namespace Deprovisioner.Testing;

/// <summary>
/// A real slapd on loopback: back_mdb with the overlays memberof, refint and ppolicy (locks count), LDAP with StartTLS and LDAPS under an authority made
/// for it. The accounts and groups in it are the test's. Its own doings go through ldap-utils, never through the code under test.
/// </summary>
public sealed class OpenLdapServer : IAsyncDisposable
{
    public const string BaseDn = "dc=example,dc=test";
    public const string PeopleDn = $"ou=people,{BaseDn}";
    public const string GroupsDn = $"ou=groups,{BaseDn}";

    /// <summary>slapd's rootdn, to which no access rule and no size limit applies.</summary>
    public const string AdminDn = $"cn=admin,{BaseDn}";
    public const string AdminPassword = "admin-secret";

    /// <summary>What a connector should sign in with: writes people and groups by access rules; 500 entries at most without pages.</summary>
    public const string ServiceDn = $"cn=deprovisioner,ou=services,{BaseDn}";
    public const string ServicePassword = "service-secret";

    /// <summary>May search and read, but see no password and change nothing.</summary>
    public const string ReaderDn = $"cn=reader,ou=services,{BaseDn}";
    public const string ReaderPassword = "reader-secret";

    /// <summary>A password policy under which slapd ignores locks.</summary>
    public const string NoLockPolicyDn = $"cn=no-lock,ou=policies,{BaseDn}";

    private const string LogDn = "cn=log";

    private const string LogOverlay = $"""
        overlay accesslog
        logdb {LogDn}
        logops writes
        logsuccess TRUE
        """;

    private readonly TemporaryFolder folder;
    private readonly int port;
    private readonly int tlsPort;
    private ServerProcess process;

    private OpenLdapServer(TemporaryFolder folder, int port, int tlsPort, ServerProcess process)
        => (this.folder, this.port, this.tlsPort, this.process) = (folder, port, tlsPort, process);

    public int Port => port;

    public string Url => $"ldap://127.0.0.1:{port}";

    public string TlsUrl => $"ldaps://127.0.0.1:{tlsPort}";

    /// <summary>The authority of the server's certificate, PEM.</summary>
    public string CaFile => folder["ca.pem"];

    /// <summary>An authority of the same name that has signed nothing, PEM.</summary>
    public string OtherCaFile => folder["other-ca.pem"];

    /// <param name="certificateNames">Whom the server's certificate is for (openssl's subjectAltName).</param>
    /// <param name="logWrites">Keep <see cref="Writes"/>.</param>
    public static async Task<OpenLdapServer> StartAsync(string certificateNames = "IP:127.0.0.1,DNS:localhost", bool logWrites = false)
    {
        var home = new TemporaryFolder("slapd");
        await MakeCertificates(home, certificateNames);
        Directory.CreateDirectory(home["data"]);
        Directory.CreateDirectory(home["log"]);
        home.Write("slapd.conf", Configuration(home, logWrites));
        var (port, tlsPort) = (LoopbackPort.Free(), LoopbackPort.Free());
        var server = new OpenLdapServer(home, port, tlsPort, Run(home, port, tlsPort));
        await server.Answers();
        await server.Add(Content);
        return server;
    }

    /// <summary>A line of LDIF; base64 takes any value.</summary>
    public static string Line(string attribute, string value) => $"{attribute}:: {Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}";

    /// <summary>Adds entries, as LDIF (RFC 2849).</summary>
    public Task Add(string ldif) => Change("ldapadd", ldif);

    /// <summary>Changes entries, as LDIF change records.</summary>
    public Task Modify(string ldif) => Change("ldapmodify", ldif);

    /// <summary>Adds an inetOrgPerson and posixAccount, and gives its DN as the server writes it.</summary>
    /// <param name="cn">Its relative name; any text.</param>
    /// <param name="more">Further lines of LDIF.</param>
    public async Task<string> AddPerson(string cn, string? uid = null, string? mail = null, string? password = null, string more = "")
    {
        var dn = $"cn={Escape(cn)},{PeopleDn}";
        var lines = new List<string>
        {
            Line("dn", dn), "objectClass: inetOrgPerson", "objectClass: posixAccount", Line("cn", cn), "sn: x", Line("uid", uid ?? "u" + Guid.NewGuid().ToString("N")),
            "uidNumber: 1000", "gidNumber: 1000", "homeDirectory: /home/x",
        };
        lines.AddRange(mail is null ? [] : [Line("mail", mail)]);
        lines.AddRange(password is null ? [] : [Line("userPassword", password)]);
        lines.AddRange(more.Length == 0 ? [] : [more]);
        await Add(string.Join('\n', lines));
        return (await Values(dn, "entryDN")).Single();
    }

    /// <summary>Adds a group, and gives its DN as the server writes it.</summary>
    /// <param name="objectClass">groupOfNames (member), groupOfUniqueNames (uniqueMember) or posixGroup (memberUid).</param>
    public async Task<string> AddGroup(string cn, string objectClass, params string[] members)
    {
        var dn = $"cn={Escape(cn)},{GroupsDn}";
        var attribute = objectClass switch { "groupOfNames" => "member", "groupOfUniqueNames" => "uniqueMember", _ => "memberUid" };
        var lines = new List<string> { Line("dn", dn), $"objectClass: {objectClass}", Line("cn", cn) };
        lines.AddRange(objectClass == "posixGroup" ? ["gidNumber: 2000"] : []);
        lines.AddRange(members.Select(member => Line(attribute, member)));
        await Add(string.Join('\n', lines));
        return (await Values(dn, "entryDN")).Single();
    }

    /// <summary>The values of one attribute of one entry, sorted; empty where it, or the entry, is not there.</summary>
    public async Task<IReadOnlyList<string>> Values(string dn, string attribute)
    {
        var (code, output) = await ServerProcess.Run(
            "ldapsearch", [.. AsAdmin, "-LLL", "-o", "ldif-wrap=no", "-s", "base", "-b", dn, attribute], mayFail: true);
        return code is not (0 or 32) ? throw new InvalidOperationException($"ldapsearch ended with {code}:\n{output}")
            : [.. output.Split('\n').Select(line => Value(line, attribute)).OfType<string>().Order(StringComparer.Ordinal)];
    }

    public async Task<string> EntryUuid(string dn) => (await Values(dn, "entryUUID")).Single();

    public async Task<bool> Exists(string dn) => (await Values(dn, "entryUUID")).Count > 0;

    /// <summary>All entries as LDIF, but for what is written at each bind: to compare before and after.</summary>
    public async Task<string> Everything()
    {
        var (_, output) = await ServerProcess.Run("ldapsearch", [.. AsAdmin, "-LLL", "-E", "pr=1000/noprompt", "-b", BaseDn, "*", "+"]);
        return output;
    }

    /// <summary>Every change that the server made, in its own words (slapo-accesslog): entries of LDIF with reqStart, reqDN, reqAuthzID and reqMod.</summary>
    public async Task<string> Writes()
    {
        var (_, output) = await ServerProcess.Run("ldapsearch", [.. AsAdmin, "-LLL", "-o", "ldif-wrap=no", "-E", "pr=1000/noprompt", "-b", LogDn, "(reqType=modify)", "reqStart", "reqDN", "reqAuthzID", "reqMod"]);
        return output;
    }

    /// <summary>Whether somebody may sign in.</summary>
    public async Task<bool> CanSignIn(string dn, string password)
    {
        var (code, output) = await ServerProcess.Run("ldapwhoami", ["-x", "-H", Url, "-D", dn, "-w", password], mayFail: true);
        return code switch
        {
            0 => true,
            49 => false,
            _ => throw new InvalidOperationException($"ldapwhoami ended with {code}:\n{output}"),
        };
    }

    /// <summary>SIGSTOP: connections are taken by the kernel, and nobody answers.</summary>
    public async Task Freeze()
    {
        process.Signal(19);
        // The signal returns before the threads on other processors have stopped: one of them could answer still.
        await Eventually.True("every thread of slapd has stopped", () => Task.FromResult(
            Directory.GetDirectories($"/proc/{process.Id}/task").All(thread => File.ReadAllText(Path.Combine(thread, "stat")).Contains(") T ", StringComparison.Ordinal))));
    }

    /// <summary>SIGCONT.</summary>
    public void Thaw() => process.Signal(18);

    /// <summary>Ends it; its data stays.</summary>
    public async Task Stop()
    {
        process.Signal(15);
        await process.Ended(TimeSpan.FromSeconds(10));
        process.Dispose();
    }

    /// <summary>Starts it again so that every change is refused (result 53), or so that none is.</summary>
    public async Task BeReadOnly(bool readOnly)
    {
        const string Directive = "readonly on\n";
        await Stop();
        var configuration = await File.ReadAllTextAsync(folder["slapd.conf"]);
        const string Place = "dbnosync\n";
        await File.WriteAllTextAsync(folder["slapd.conf"], configuration.Replace(Directive, "", StringComparison.Ordinal).Replace(Place, readOnly ? Place + Directive : Place, StringComparison.Ordinal));
        await StartAgain();
    }

    /// <summary>Starts it again on the same ports with the same data.</summary>
    public async Task StartAgain()
    {
        process = Run(folder, port, tlsPort);
        await Answers();
    }

    public ValueTask DisposeAsync()
    {
        process.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private IEnumerable<string> AsAdmin => ["-x", "-H", Url, "-D", AdminDn, "-w", AdminPassword];

    private static ServerProcess Run(TemporaryFolder folder, int port, int tlsPort)
        // -d 0 keeps it in the foreground.
        => ServerProcess.Start(Program(), ["-d", "0", "-f", folder["slapd.conf"], "-h", $"ldap://127.0.0.1:{port}/ ldaps://127.0.0.1:{tlsPort}/"]);

    /// <summary>/usr/sbin is not on an ordinary user's PATH.</summary>
    private static string Program() => File.Exists("/usr/sbin/slapd") ? "/usr/sbin/slapd" : "slapd";

    private async Task Answers()
        => await Eventually.True("slapd answers", async () => process.HasExited
            ? throw new InvalidOperationException($"slapd ended with {process.ExitCode}:\n{process.Output}")
            : (await ServerProcess.Run("ldapsearch", ["-x", "-H", Url, "-s", "base", "-b", ""], mayFail: true)).ExitCode == 0);

    private async Task Change(string program, string ldif)
    {
        var file = folder.Write($"{Guid.NewGuid():N}.ldif", ldif + "\n");
        await ServerProcess.Run(program, [.. AsAdmin, "-f", file]);
        File.Delete(file);
    }

    /// <summary>RFC 4514, section 2.4: any character may be written as the hex of its bytes.</summary>
    private static string Escape(string value)
        => string.Concat(Encoding.UTF8.GetBytes(value).Select(octet => char.IsAsciiLetterOrDigit((char)octet) ? ((char)octet).ToString() : $"\\{octet:x2}"));

    private static string? Value(string line, string attribute)
        => line.StartsWith($"{attribute}:: ", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8.GetString(Convert.FromBase64String(line[(attribute.Length + 3)..]))
            : line.StartsWith($"{attribute}:", StringComparison.OrdinalIgnoreCase) ? line[(attribute.Length + 1)..].TrimStart(' ')
            : null;

    private static async Task MakeCertificates(TemporaryFolder folder, string names)
    {
        // Elliptic curves, since RSA keys take a second or more each.
        string[] key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        foreach (var name in new[] { "ca", "other-ca" })
        {
            await ServerProcess.Run("openssl", ["req", "-x509", .. key, "-keyout", folder[$"{name}.key"], "-out", folder[$"{name}.pem"], "-days", "2", "-subj", "/CN=Test Authority"]);
        }

        await ServerProcess.Run("openssl", ["req", .. key, "-keyout", folder["server.key"], "-out", folder["server.csr"], "-subj", "/CN=slapd"]);
        folder.Write("server.ext", $"subjectAltName={names}\n");
        await ServerProcess.Run(
            "openssl",
            ["x509", "-req", "-in", folder["server.csr"], "-CA", folder["ca.pem"], "-CAkey", folder["ca.key"], "-CAcreateserial", "-days", "2", "-extfile", folder["server.ext"], "-out", folder["server.pem"]]);
    }

    private static string Configuration(TemporaryFolder folder, bool logWrites) => string.Create(CultureInfo.InvariantCulture, $"""
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/inetorgperson.schema
        include /etc/ldap/schema/nis.schema
        modulepath /usr/lib/ldap
        moduleload back_mdb
        moduleload memberof
        moduleload refint
        moduleload ppolicy
        pidfile {folder["slapd.pid"]}
        TLSCACertificateFile {folder["ca.pem"]}
        TLSCertificateFile {folder["server.pem"]}
        TLSCertificateKeyFile {folder["server.key"]}
        {(logWrites ? LogDatabase(folder) : "")}
        database mdb
        suffix "{BaseDn}"
        rootdn "{AdminDn}"
        rootpw {AdminPassword}
        directory {folder["data"]}
        maxsize 268435456
        dbnosync
        index objectClass,entryUUID,uid,mail,cn,member,uniqueMember,memberUid eq
        limits dn.exact="{ServiceDn}" size.soft=500 size.hard=500 size.prtotal=unlimited
        access to attrs=userPassword by dn.exact="{ServiceDn}" write by anonymous auth by * none
        access to * by dn.exact="{ServiceDn}" write by dn.exact="{ReaderDn}" read by self read by * none
        overlay memberof
        overlay refint
        refint_attributes member uniqueMember
        overlay ppolicy
        ppolicy_default "cn=default,ou=policies,{BaseDn}"
        {(logWrites ? LogOverlay : "")}

        """);

    private static string LogDatabase(TemporaryFolder folder) => $"""
        moduleload accesslog
        database mdb
        suffix {LogDn}
        rootdn "{AdminDn}"
        directory {folder["log"]}
        maxsize 268435456
        dbnosync
        index reqStart eq
        """;

    private static string Content => $"""
        dn: {BaseDn}
        objectClass: domain
        dc: example

        dn: {PeopleDn}
        objectClass: organizationalUnit
        ou: people

        dn: {GroupsDn}
        objectClass: organizationalUnit
        ou: groups

        dn: ou=services,{BaseDn}
        objectClass: organizationalUnit
        ou: services

        dn: ou=policies,{BaseDn}
        objectClass: organizationalUnit
        ou: policies

        dn: cn=default,ou=policies,{BaseDn}
        objectClass: pwdPolicy
        objectClass: device
        cn: default
        pwdAttribute: userPassword
        pwdLockout: TRUE

        dn: {NoLockPolicyDn}
        objectClass: pwdPolicy
        objectClass: device
        cn: no-lock
        pwdAttribute: userPassword

        dn: {ServiceDn}
        objectClass: person
        cn: deprovisioner
        sn: service
        userPassword: {ServicePassword}

        dn: {ReaderDn}
        objectClass: person
        cn: reader
        sn: service
        userPassword: {ReaderPassword}
        """;
}
