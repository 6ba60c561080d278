using System.Reflection;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;
using Deprovisioner.Storage;

namespace Deprovisioner.Worker.Tests.Conventions;

/// <summary>Which project may know which: by what the project files say, and by what the compiler made of it.</summary>
public sealed class ArrowTests
{
    private const string Contracts = "Deprovisioner.Contracts";
    private const string Core = "Deprovisioner.Core";
    private const string Storage = "Deprovisioner.Storage";
    private const string Connectors = "Deprovisioner.Connectors";

    [Theory]
    [InlineData(Contracts)]
    [InlineData(Core, Contracts)]
    [InlineData(Storage, Contracts, Core)]
    [InlineData(Connectors, Contracts)]
    [InlineData("Deprovisioner.Console", Contracts, Core, Storage)]
    [InlineData("Deprovisioner.Worker", Connectors, Contracts, Core, Storage)]
    public void A_project_reaches_these_and_no_others(string project, params string[] reached)
        => Assert.Equal(reached, Projects.Reached(project).Order());

    [Fact]
    public void Every_project_is_known_to_these_tests()
        => Assert.Equal([Connectors, "Deprovisioner.Console", Contracts, Core, Storage, "Deprovisioner.Worker"], Projects.All);

    [Fact]
    public void The_words_that_cross_a_process_need_no_package()
        => Assert.Empty(Projects.Packages(Contracts));

    [Theory]
    [InlineData(Core, "Npgsql", "MassTransit", "Microsoft.EntityFrameworkCore", "Polly", "Microsoft.Extensions")]
    [InlineData(Storage, "MassTransit", "Polly", "System.DirectoryServices")]
    [InlineData(Connectors, "Npgsql.EntityFrameworkCore", "Microsoft.EntityFrameworkCore")]
    [InlineData("Deprovisioner.Console", "System.DirectoryServices", "Polly")]
    public void A_project_names_no_package_that_would_give_it_another_ones_work(string project, params string[] refused)
        => Assert.DoesNotContain(Projects.Packages(project), package => Array.Exists(refused, prefix => package.StartsWith(prefix, StringComparison.Ordinal)));

    [Fact]
    public void What_was_compiled_keeps_to_the_same_arrows()
    {
        Refuse(typeof(StepReport).Assembly, "Deprovisioner", "Npgsql", "MassTransit", "Microsoft");
        Refuse(typeof(Saga).Assembly, Storage, Connectors, "deprovisioner", "Npgsql", "MassTransit", "Microsoft.Extensions", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore", "System.Net");
        Refuse(typeof(DeprovisionerContext).Assembly, Connectors, "deprovisioner", "MassTransit", "RabbitMQ", "System.DirectoryServices", "Polly");
        Refuse(typeof(IConnector).Assembly, Core, Storage, "deprovisioner", "Npgsql.EntityFrameworkCore", "Microsoft.EntityFrameworkCore");
    }

    private static void Refuse(Assembly assembly, params string[] refused)
    {
        var names = assembly.GetReferencedAssemblies().Select(name => name.Name!).ToList();
        Assert.NotEmpty(names);
        Assert.DoesNotContain(names, name => Array.Exists(refused, prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
    }
}
