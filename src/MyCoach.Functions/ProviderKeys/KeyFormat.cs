using System.Text.RegularExpressions;
using MyCoach.Http;
using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

/// <summary>Which keys can be stored, and with which account.</summary>
internal static partial class KeyFormat
{
    public const int MinLength = 8;
    public const int MaxLength = 512;

    private static readonly string UnknownRegion = $"must be one of {string.Join(", ", KeyAccount.Regions)}";

    public static FieldErrors FindFaults(Provider provider, ProviderKeyPut key, ProviderAddresses addresses)
    {
        var faults = new FieldErrors();
        if (FindFault(provider, key.ApiKey?.Trim()) is { } fault)
        {
            faults.Add("apiKey", fault);
        }
        if (provider != Provider.OpenAi)
        {
            faults.Require(key.Organization is null, "organization", FieldErrors.UnknownFieldMessage);
            faults.Require(key.Project is null, "project", FieldErrors.UnknownFieldMessage);
            faults.Require(key.Region is null, "region", FieldErrors.UnknownFieldMessage);
            return faults;
        }
        faults.Require(
            key.Organization is null || Organization().IsMatch(key.Organization),
            "organization",
            "must be an organization's id, such as org-AbC123"
        );
        faults.Require(
            key.Project is null || Project().IsMatch(key.Project),
            "project",
            "must be a project's id, such as proj_AbC123"
        );
        faults.Require(key.Region is null || KeyAccount.Regions.Contains(key.Region), "region", UnknownRegion);
        faults.Require(
            key.Region is null || addresses.HasRegions(provider),
            "region",
            "cannot be chosen here, because the operator has set the address of openai"
        );
        return faults;
    }

    /// <summary>Why the key cannot be stored; null if it can.</summary>
    public static string? FindFault(Provider provider, string? apiKey, KeyPurpose purpose = KeyPurpose.Calls)
    {
        if (
            apiKey is not { Length: >= MinLength and <= MaxLength }
            || !apiKey.All(character => character is > ' ' and <= '~')
        )
        {
            return $"must be {MinLength} to {MaxLength} visible ASCII characters";
        }
        return MisplacedKey.FindFault(provider, apiKey, purpose);
    }

    [GeneratedRegex(@"^org-[A-Za-z0-9_-]{1,124}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Organization();

    [GeneratedRegex(@"^proj_[A-Za-z0-9_-]{1,123}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Project();
}
