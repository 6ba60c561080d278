using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Deprovisioner.Testing;

/// <summary>
/// A real domain controller: Samba, with LDAPS under an authority made for it, and a Kerberos server. Its ports are fixed, so each has a loopback address of its own. Its own doings go through ldap-utils, samba-tool and kinit,
/// never through the code under test.
/// </summary>
public sealed class SambaDomainController : IAsyncDisposable
{
    public const string BaseDn = "DC=corp,DC=example,DC=test";
    public const string PeopleDn = $"OU=People,{BaseDn}";
    public const string GroupsDn = $"OU=Groups,{BaseDn}";
    public const string DisabledDn = $"OU=Disabled,{BaseDn}";

    /// <summary>To whom people, groups and the place for disabled accounts are delegated, and nothing else.</summary>
    public const string ServiceDn = $"CN=deprovisioner,OU=Services,{BaseDn}";
    public const string ServicePassword = "Serv1ce-Secret";

    /// <summary>Debian's python3-samba belongs to Debian's Python.</summary>
    private const string Python = "/usr/bin/python3";

    private const string OpensDatabase = """
        import ldb, sys
        from samba.auth import system_session
        from samba.dcerpc import security
        from samba.ndr import ndr_pack, ndr_unpack
        from samba.param import LoadParm
        from samba.samdb import SamDB
        settings = LoadParm()
        settings.load(sys.argv[1])
        db = SamDB(url="tdb://" + settings.private_path("sam.ldb"), session_info=system_session(), lp=settings)
        domain = security.dom_sid(db.get_domain_sid())

        """;

    /// <summary>Deleted objects: samba-tool does not see their container.</summary>
    private const string LetsSeeDeleted = """
        controls = ["show_deleted:1", "sd_flags:1:4"]
        container = "CN=Deleted Objects," + db.domain_dn()
        found = db.search(container, ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"], controls=controls)[0]
        text = ndr_unpack(security.descriptor, found["nTSecurityDescriptor"][0]).as_sddl(domain)
        first = text.index("(")
        changed = security.descriptor.from_sddl(text[:first] + "(A;;LCRP;;;" + sys.argv[2] + ")" + text[first:], domain)
        change = ldb.Message(found.dn)
        change["descriptor"] = ldb.MessageElement(ndr_pack(changed), ldb.FLAG_MOD_REPLACE, "nTSecurityDescriptor")
        db.modify(change, controls=controls)
        """;

    private const string TurnsRecycleBinOn = """
        change = ldb.Message(ldb.Dn(db, ""))
        change["feature"] = ldb.MessageElement("CN=Partitions," + str(db.get_config_basedn()) + ":766ddcd8-acd0-445e-f3b9-a7f9b6744f2a", ldb.FLAG_MOD_ADD, "enableOptionalFeature")
        db.modify(change)
        """;

    private const string AddsTrust = """
        db.add({"dn": "CN=" + sys.argv[2] + ",CN=System," + db.domain_dn(), "objectClass": "trustedDomain", "trustPartner": sys.argv[2], "trustDirection": sys.argv[3], "trustType": "2"})
        """;

    private const string Realm = "CORP.EXAMPLE.TEST";
    private const string AdminPassword = "Adm1n-Secret";

    private readonly TemporaryFolder folder;
    private readonly string address;
    private readonly ServerProcess process;

    private SambaDomainController(TemporaryFolder folder, string address, ServerProcess process) => (this.folder, this.address, this.process) = (folder, address, process);

    public string Url => $"ldaps://{address}";

    /// <summary>Where the controller listens.</summary>
    public string Address => address;

    /// <summary>The authority of the server's certificate, PEM.</summary>
    public string CaFile => folder["ca.pem"];

    private string[] AsAdmin => ["-x", "-H", Url, "-D", $"Administrator@{Realm}", "-w", AdminPassword];

    private Dictionary<string, string?> Ldap => new() { ["LDAPTLS_CACERT"] = CaFile };

    public static async Task<SambaDomainController> StartAsync()
    {
        var home = new TemporaryFolder("samba");
        var own = string.Create(CultureInfo.InvariantCulture, $"127.{RandomNumberGenerator.GetInt32(64, 192)}.{RandomNumberGenerator.GetInt32(1, 255)}.{RandomNumberGenerator.GetInt32(2, 255)}");
        await Certificates.Make(home, own);

        // Samba reads a key that is its own, and no other.
        await Privileged.Run("chown", ["root", home["server.key"]]);
        await Privileged.Run(
            "samba-tool",
            [
                "domain", "provision", $"--realm={Realm}", "--domain=CORP", "--server-role=dc", "--dns-backend=NONE", $"--adminpass={AdminPassword}", $"--targetdir={home["dc"]}", "--host-name=dc1", $"--host-ip={own}",
                $"--option=interfaces={own}/8", "--option=bind interfaces only=yes", "--option=server services=ldap, kdc", $"--option=tls cafile={home["ca.pem"]}", $"--option=tls certfile={home["server.pem"]}",
                $"--option=tls keyfile={home["server.key"]}", $"--option=log file={home["log"]}", $"--option=pid directory={home["dc"]}", $"--option=ncalrpc dir={home["ncalrpc"]}",
            ]);
        home.Write("krb5.conf", $"[libdefaults]\ndefault_realm = {Realm}\ndns_lookup_kdc = false\ndns_lookup_realm = false\n[realms]\n{Realm} = {{\n kdc = {own}\n}}\n");
        var server = new SambaDomainController(home, own, Run(home));
        try
        {
            await server.Fill();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A line of LDIF; base64 takes any value.</summary>
    public static string Line(string attribute, string value) => $"{attribute}:: {Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}";

    /// <summary>Adds entries, as LDIF (RFC 2849).</summary>
    public Task Add(string ldif) => Change("ldapadd", ldif);

    /// <summary>Changes entries, as LDIF change records.</summary>
    public Task Modify(string ldif) => Change("ldapmodify", ldif);

    /// <summary>Adds an enabled account, and gives its DN.</summary>
    /// <param name="name">Its common name and sAMAccountName; any text.</param>
    /// <param name="more">Further lines of LDIF.</param>
    public async Task<string> AddAccount(string name, string container = PeopleDn, string password = "Leaver-Passw0rd", string more = "")
    {
        var secret = Convert.ToBase64String(Encoding.Unicode.GetBytes($"\"{password}\""));
        var lines = new List<string> { Line("dn", $"CN={Escape(name)},{container}"), "objectClass: user", Line("sAMAccountName", name), $"unicodePwd:: {secret}", "userAccountControl: 512" };
        lines.AddRange(more.Length == 0 ? [] : [more]);
        await Add(string.Join('\n', lines));
        return $"CN={Escape(name)},{container}";
    }

    /// <summary>Adds a group with its members, and gives its DN.</summary>
    public async Task<string> AddGroup(string name, params string[] members)
    {
        await Add(string.Join('\n', [$"dn: CN={name},{GroupsDn}", "objectClass: group", $"sAMAccountName: {name}", .. members.Select(member => Line("member", member))]));
        return $"CN={name},{GroupsDn}";
    }

    /// <summary>The values of one attribute of the account with this sAMAccountName, wherever it is; sorted.</summary>
    public async Task<IReadOnlyList<string>> Values(string account, string attribute)
    {
        var output = await Search(BaseDn, $"(sAMAccountName={account})", "sub", attribute);
        return [.. output.Split('\n').Where(line => line.StartsWith($"{attribute}: ", StringComparison.OrdinalIgnoreCase)).Select(line => line[(attribute.Length + 2)..].Trim()).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether the password signs in over LDAP, as many applications ask.</summary>
    public async Task<bool> SignsIn(string account, string password = "Leaver-Passw0rd")
        => (await ServerProcess.Run("ldapsearch", ["-x", "-H", Url, "-D", $"{account}@{Realm}", "-w", password, "-LLL", "-s", "base", "-b", "", "dnsHostName"], Ldap, mayFail: true)).ExitCode == 0;

    /// <summary>Whether the password gets a Kerberos ticket, as a Windows sign-in does.</summary>
    public async Task<bool> GetsTicket(string account, string password = "Leaver-Passw0rd")
    {
        // MIT's kinit takes a password from a terminal or from its input only.
        var file = folder.Write($"{Guid.NewGuid():N}.password", password + "\n");
        var environment = new Dictionary<string, string?> { ["KRB5_CONFIG"] = folder["krb5.conf"], ["KRB5CCNAME"] = $"FILE:{file}.tickets" };
        return (await ServerProcess.Run("sh", ["-c", "kinit \"$1\" < \"$2\"", "kinit", $"{account}@{Realm}", file], environment, mayFail: true)).ExitCode == 0;
    }

    /// <summary>samba-tool on the controller's own database.</summary>
    public async Task<string> ServerSide(params string[] arguments) => (await Privileged.Run("samba-tool", [.. arguments, "-H", $"tdb://{folder["dc/private/sam.ldb"]}", "-s", folder["dc/etc/smb.conf"]])).Output;

    /// <summary>Turns the forest's recycle bin on, which cannot be undone.</summary>
    public Task EnableRecycleBin() => OnDatabase(TurnsRecycleBinOn);

    /// <summary>Adds a trust as an object only: no controller of such a domain is there.</summary>
    /// <param name="direction">trustDirection: 1 inbound, 2 outbound.</param>
    public Task AddTrust(string domain, int direction) => OnDatabase(AddsTrust, domain, direction.ToString(CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            // What root has started, and written, is not ours to end and to delete.
            await Privileged.Run("kill", ["-9", (await Privileged.Run("cat", [folder["dc/samba.pid"]])).Output.Trim()], mayFail: true);
            await process.Ended(TimeSpan.FromSeconds(10));
            await Privileged.Run("rm", ["-rf", folder["dc"], folder["ncalrpc"], folder["log"]]);
        }

        process.Dispose();
        folder.Dispose();
    }

    /// <summary>The containers, and the account to which they are delegated.</summary>
    private async Task Fill()
    {
        await Eventually.True("the domain controller to answer", async () => (await Search("", "(objectClass=*)", "base", "dnsHostName")).Length > 0, TimeSpan.FromSeconds(60));
        await Add(string.Join("\n\n", new[] { PeopleDn, GroupsDn, DisabledDn, $"OU=Services,{BaseDn}" }.Select(dn => $"dn: {dn}\nobjectClass: organizationalUnit")));
        await AddAccount("deprovisioner", container: $"OU=Services,{BaseDn}", password: ServicePassword);
        var sid = (await ServerSide("user", "show", "deprovisioner", "--attributes=objectSid")).Split("objectSid: ")[1].Trim();
        foreach (var container in new[] { PeopleDn, GroupsDn, DisabledDn })
        {
            await ServerSide("dsacl", "set", $"--objectdn={container}", "--action=allow", $"--trusteedn={ServiceDn}", $"--sddl=(A;CI;GA;;;{sid})");
        }

        // Reanimate Tombstones ([MS-ADTS], section 5.1.3.2.1).
        await ServerSide("dsacl", "set", $"--objectdn={BaseDn}", "--action=allow", $"--trusteedn={ServiceDn}", $"--sddl=(OA;;CR;45ec5156-db7e-47bb-b53f-dbeb2d03c40f;;{sid})");
        await OnDatabase(LetsSeeDeleted, sid);
    }

    /// <summary>What no tool does, by Samba's own library.</summary>
    private async Task OnDatabase(string script, params string[] arguments)
        => await Privileged.Run(Python, [folder.Write($"{Guid.NewGuid():N}.py", OpensDatabase + script), folder["dc/etc/smb.conf"], .. arguments]);

    private static ServerProcess Run(TemporaryFolder home) => ServerProcess.Start(Privileged.Program("samba"), Privileged.Arguments("samba", ["--foreground", "--no-process-group", "-M", "single", "-s", home["dc/etc/smb.conf"]]));

    /// <summary>RFC 4514, section 2.4: every character that may need it.</summary>
    private static string Escape(string value) => string.Concat(value.Select(c => char.IsAsciiLetterOrDigit(c) || c > 127 ? $"{c}" : string.Create(CultureInfo.InvariantCulture, $"\\{(int)c:x2}")));

    private async Task<string> Search(string dn, string filter, string scope, params string[] attributes)
        => (await ServerProcess.Run("ldapsearch", [.. AsAdmin, "-LLL", "-o", "ldif-wrap=no", "-E", "!1.2.840.113556.1.4.1339", "-s", scope, "-b", dn, filter, .. attributes], Ldap, mayFail: true)) is (0, var output) ? output : "";

    private async Task Change(string tool, string ldif)
    {
        var file = $"{Guid.NewGuid():N}.ldif";
        folder.Write(file, ldif + "\n");
        await ServerProcess.Run(tool, [.. AsAdmin, "-f", folder[file]], Ldap);
    }
}
