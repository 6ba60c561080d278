using System.ComponentModel;
using Deprovisioner.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Deprovisioner.Console.Api;

/// <summary>Which part of a list.</summary>
internal readonly record struct Part(
    [property: FromQuery(Name = "limit"), Description("At most so many; 50 unless told, and never more than 1000.")] int? Limit,
    [property: FromQuery(Name = "after"), Description("The 'next' of the part before.")] string? After)
{
    public PageRequest Request => new(Limit ?? PageRequest.Usual, After);
}
