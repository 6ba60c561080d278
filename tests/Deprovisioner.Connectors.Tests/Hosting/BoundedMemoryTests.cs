using Deprovisioner.Connectors.Hosting;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Tests.Hosting;

public sealed class BoundedMemoryTests
{
    [Fact]
    public void Fences_pass_what_is_new_and_forget_the_oldest()
    {
        var fences = new Fences(most: 2);
        Assert.True(fences.Pass(new PersonId("P1"), new EmploymentId("a"), 5));
        Assert.True(fences.Pass(new PersonId("P1"), new EmploymentId("a"), 5));
        Assert.False(fences.Pass(new PersonId("P1"), new EmploymentId("a"), 4));
        Assert.True(fences.Pass(new PersonId("P1"), new EmploymentId("a"), 6));
        Assert.False(fences.Pass(new PersonId("P1"), new EmploymentId("a"), 5));

        Assert.True(fences.Pass(new PersonId("P1"), new EmploymentId("b"), 1));
        Assert.True(fences.Pass(new PersonId("P1"), new EmploymentId("c"), 1));
        Assert.True(fences.Pass(new PersonId("P1"), new EmploymentId("a"), 1));
    }

    [Fact]
    public async Task A_key_that_nobody_holds_takes_no_memory()
    {
        var locks = new KeyedLock<string>();
        using (await locks.EnterAsync("a", CancellationToken.None))
        {
            using var impatient = new CancellationTokenSource();
            var waiting = locks.EnterAsync("a", impatient.Token);
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            using var other = await locks.EnterAsync("b", CancellationToken.None);
            Assert.Equal(2, locks.Count);
        }

        Assert.Equal(0, locks.Count);
        (await locks.EnterAsync("a", CancellationToken.None)).Dispose();
    }
}
