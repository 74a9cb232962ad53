using System.Text.RegularExpressions;

namespace MyCoach.Storage;

internal static partial class Ids
{
    /// <summary>Whether the text is an id of an agent, a conversation or an event: 1–128 of <c>A–Z a–z 0–9 . _ : -</c>, but not <c>.</c> or <c>..</c>, which no address can hold.</summary>
    public static bool IsId(string? text) => text is not null && Id().IsMatch(text);

    /// <summary>How the ids of the gateway's calls begin, and no other event's: what a call used cannot find its place taken.</summary>
    public const string GatewayPrefix = "gw-";

    /// <summary>Of an event that is posted, as the API description states it: not the gateway's, with the month before it or without.</summary>
    public const string PostedPattern = "^(?!([0-9]{6}-)?gw-)[A-Za-z0-9._:-]{1,128}$";

    /// <summary>Whether it is an id of the gateway's, with the month before it or without.</summary>
    public static bool IsGateways(string id) => Gateways().IsMatch(id);

    /// <summary>As the API description states it.</summary>
    public const string Pattern = "^[A-Za-z0-9._:-]{1,128}$";

    [GeneratedRegex(@"^(?!\.{1,2}\z)[A-Za-z0-9._:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex("^([0-9]{6}-)?gw-", RegexOptions.CultureInvariant)]
    private static partial Regex Gateways();
}
