using System.Text.RegularExpressions;

namespace MyCoach.Storage;

internal static partial class Ids
{
    /// <summary>
    /// Whether the text is a valid id of an agent, a conversation or an event: 1–128 of <c>A–Z a–z 0–9 . _ : -</c>, but
    /// not <c>.</c> or <c>..</c>, which a URL cannot contain.
    /// </summary>
    public static bool IsId(string? text) => text is not null && Id().IsMatch(text);

    /// <summary>Reserved for ids of gateway calls, so that no posted event can take the id of a gateway call.</summary>
    public const string GatewayPrefix = "gw-";

    /// <summary>
    /// The pattern of a posted event's id in the API description. Excludes the gateway's ids, with or without a month
    /// before them.
    /// </summary>
    public const string PostedPattern = @"^(?!\.{1,2}$)(?!([0-9]{6}-)?gw-)[A-Za-z0-9._:-]{1,128}$";

    /// <summary>The pattern of a posted event's whole id, with its month, in the API description.</summary>
    public const string PostedEventPattern = "^[0-9]{6}-(?!gw-)[A-Za-z0-9._:-]{1,128}$";

    /// <summary>Whether the id belongs to a gateway call, with or without a month before it.</summary>
    public static bool IsGatewayId(string id) => Gateways().IsMatch(id);

    /// <summary>The pattern of an id in the API description.</summary>
    public const string Pattern = @"^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,128}$";

    [GeneratedRegex(@"^(?!\.{1,2}\z)[A-Za-z0-9._:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex("^([0-9]{6}-)?gw-", RegexOptions.CultureInvariant)]
    private static partial Regex Gateways();
}
