using System.ComponentModel;
using System.Text;
using Deprovisioner.Console.SignIn;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Api;

/// <summary>Reports. Of a period's leavers there may be very many, so they are sent as they are read.</summary>
internal static class ReportEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var reports = api.MapGroup("/reports/leavers").WithTags("reports").RequireAuthorization(Access.Audit);
        reports.MapGet("", ([AsParameters] Period period, IOperations operations, CancellationToken aborted) => operations.Leavers(period.Begin, period.End, aborted)).WithMetadata(new EntityTags.Streamed())
            .WithSummary("Who left in a period, how fast their access ended, and how long they had access that they should not have had");
        reports.MapGet("/csv", Csv).WithMetadata(new EntityTags.Streamed()).Produces<string>(StatusCodes.Status200OK, "text/csv").WithSummary("The same as a table for a spreadsheet (RFC 4180)");
        reports.MapGet("/summary", ([AsParameters] Period period, IOperations operations, CancellationToken aborted) => operations.LeaverSummary(period.Begin, period.End, aborted)).WithSummary("The same leavers together");
    }

    /// <summary>The same for the browsers of people, who have a cookie.</summary>
    public static void MapFile(WebApplication web)
        => web.MapGet("/reports/leavers.csv", Csv).RequireAuthorization(Access.Audit).ExcludeFromDescription();

    private static async Task Csv([AsParameters] Period period, HttpContext http, IOperations operations)
    {
        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"leavers-{period.From:yyyy-MM-dd}-{period.Until:yyyy-MM-dd}.csv\"";
        await using var writer = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await LeaverCsv.Write(writer, operations.Leavers(period.Begin, period.End, http.RequestAborted), http.RequestAborted);
    }

    /// <summary>Days, UTC.</summary>
    internal sealed record Period(
        [property: FromQuery(Name = "from"), Description("The first day (UTC) on which their access ended, such as 2026-11-01.")] DateOnly From,
        [property: FromQuery(Name = "until"), Description("The last such day.")] DateOnly Until)
    {
        public DateTimeOffset Begin => new(From.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

        public DateTimeOffset End => Until == DateOnly.MaxValue ? DateTimeOffset.MaxValue : new(Until.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
    }
}
