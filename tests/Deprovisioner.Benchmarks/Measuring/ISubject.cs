using Deprovisioner.Testing;
using Npgsql;

namespace Deprovisioner.Benchmarks.Measuring;

/// <summary>What is measured: the product, or what it is compared with. Both take the same events from the same exchange.</summary>
internal interface ISubject : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Its own processes, without the servers.</summary>
    IReadOnlyList<ServerProcess> Processes { get; }

    /// <summary>SQL: how many sagas are not completed.</summary>
    string OpenSagas { get; }

    /// <summary>SQL: about how many events it has taken in. Asked many times a second, so cheap.</summary>
    string Taken { get; }

    /// <summary>SQL: how many sagas there are.</summary>
    string AllSagas { get; }

    /// <summary>SQL: each completed saga's person, and when that was committed.</summary>
    string Completions { get; }

    /// <summary>SQL: each person whose event was decided about, and when that was committed; null: that is no step of its own.</summary>
    string? Decisions { get; }

    /// <summary>Whether what it did is right, by its own rows; in one line.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    Task<string> Verify(NpgsqlDataSource database);
}
