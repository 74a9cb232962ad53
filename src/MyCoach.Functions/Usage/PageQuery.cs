using Microsoft.AspNetCore.Mvc;

namespace MyCoach.Usage;

/// <summary>Which page of a list to return.</summary>
internal readonly record struct PageQuery(
    [property: FromQuery(Name = "limit")] string? Limit,
    [property: FromQuery(Name = "cursor")] string? Cursor
);
