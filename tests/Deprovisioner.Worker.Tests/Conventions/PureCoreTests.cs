using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Worker.Tests.Conventions;

/// <summary>
/// The core decides and does nothing else: no I/O, no Task, no clock, no randomness, no logger. Read from the compiled assembly's own list of what it uses, so that neither a private method
/// nor a local variable is overlooked.
/// </summary>
public sealed class PureCoreTests
{
    private static readonly string[] RefusedTypes =
    [
        "System.TimeProvider", "System.Random", "System.Console",
        "System.Threading.Thread", "System.Threading.Timer", "System.Threading.Monitor", "System.Threading.Lock", "System.Threading.Tasks.Parallel",
        "System.Runtime.CompilerServices.AsyncTaskMethodBuilder", "System.Runtime.CompilerServices.AsyncTaskMethodBuilder`1", "System.Runtime.CompilerServices.AsyncValueTaskMethodBuilder`1",
        "System.Diagnostics.Stopwatch", "System.Diagnostics.Process",
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo",
        "System.Security.Cryptography.RandomNumberGenerator",
    ];

    private static readonly string[] RefusedNamespaces = ["System.Net", "System.Threading.Channels", "Microsoft.Extensions", "System.Data"];

    private static readonly string[] RefusedNames = ["ValueTask", "IAsyncEnumerable", "TimeProvider", "Random", "ILogger", "IClock", "CancellationToken"];

    private static readonly string[] RefusedMembers =
    [
        "DateTime.get_Now", "DateTime.get_UtcNow", "DateTime.get_Today", "DateTimeOffset.get_Now", "DateTimeOffset.get_UtcNow",
        "Environment.get_TickCount", "Environment.get_TickCount64", "Environment.GetEnvironmentVariable", "Guid.NewGuid", "Guid.CreateVersion7", "SystemClock.get_Instance", "TimeZoneInfo.get_Local",
    ];

    [Fact]
    public void The_core_uses_no_type_that_waits_reads_the_clock_rolls_dice_or_reaches_out()
        => Assert.DoesNotContain(Types(), type => RefusedTypes.Contains(type) || Array.Exists(RefusedNamespaces, space => type.StartsWith(space + ".", StringComparison.Ordinal)));

    [Fact]
    public void The_core_calls_nothing_that_answers_otherwise_each_time()
        => Assert.Empty(Members().Intersect(RefusedMembers));

    /// <summary>A library may have its constant parts read by a Task (the embedded schemas are); nothing of the core's own is one.</summary>
    [Fact]
    public void No_method_field_or_property_of_the_core_is_a_task_a_clock_or_a_logger()
    {
        const BindingFlags Every = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var types = typeof(Saga).Assembly.GetTypes();
        Assert.NotEmpty(types);
        foreach (var type in types)
        {
            var used = type.GetMethods(Every).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType))
                .Concat(type.GetConstructors(Every).SelectMany(c => c.GetParameters()).Select(p => p.ParameterType))
                .Concat(type.GetFields(Every).Select(f => f.FieldType));
            Assert.DoesNotContain(used, u => typeof(Task).IsAssignableFrom(u) || Array.Exists(RefusedNames, name => u.Name.StartsWith(name, StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void What_these_tests_read_is_the_core()
    {
        Assert.Contains("System.DateTimeOffset", Types());
        Assert.Contains("SHA256.HashData", Members());
    }

    private static List<string> Types()
        => Read(metadata => metadata.TypeReferences.Select(metadata.GetTypeReference).Select(t => $"{metadata.GetString(t.Namespace)}.{metadata.GetString(t.Name)}").ToList());

    private static List<string> Members()
        => Read(metadata => metadata.MemberReferences.Select(metadata.GetMemberReference)
            .Where(m => m.Parent.Kind is HandleKind.TypeReference)
            .Select(m => $"{metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)m.Parent).Name)}.{metadata.GetString(m.Name)}")
            .ToList());

    private static List<string> Read(Func<MetadataReader, List<string>> what)
    {
        using var file = new PEReader(File.OpenRead(typeof(Saga).Assembly.Location));
        return what(file.GetMetadataReader());
    }
}
