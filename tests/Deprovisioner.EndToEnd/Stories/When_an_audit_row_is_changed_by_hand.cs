namespace Deprovisioner.EndToEnd;

/// <summary>Somebody with every right on the database covers their tracks.</summary>
[Collection(EndToEnd.Stories.Name)]
public sealed class When_an_audit_row_is_changed_by_hand(Company company)
{
    [Fact]
    public async Task Audit_verify_names_the_row_and_exits_with_1()
    {
        await using var product = await company.Install();
        await product.StartWorker();
        var leaver = await company.Employ();
        await product.Publish(HrEvents.Terminated(leaver));
        await product.Completed(1);
        await product.AuditIsVerified();

        await company.Postgres.Execute(
            """
            alter table audit disable trigger audit_append_only;
            update audit set payload = convert_to(replace(convert_from(payload, 'UTF8'), 'changed', 'already'), 'UTF8')
            where type = 'step-reported' and seq = 4;
            """,
            product.Name);
        var saga = await product.Query<Guid>("select saga_id from sagas");
        var (exitCode, output) = await product.TryCli("audit", "verify");

        Assert.Equal(1, exitCode);
        Assert.Contains($"FAULT saga {saga} row 4", output, StringComparison.Ordinal);
        Assert.Contains("audit NOT verified", output, StringComparison.Ordinal);
    }
}
