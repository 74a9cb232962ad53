using System.Globalization;
using Azure;
using Azure.Data.Tables;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>What is known of a user's organisation at a provider, and how far its bills are read.</summary>
/// <param name="NamedKeyId">The provider's id of the stored key, as the user named it; null if the user named none.</param>
/// <param name="Links">The provider's keys that the user's stored keys are or were, in earlier organisations too.</param>
/// <param name="Unlinked">Why the present stored key is not known among the organisation's keys; null if it is.</param>
internal sealed record BillingAccount(
    Provider Provider,
    string? OrganizationId,
    string? OrganizationName,
    string? NamedKeyId,
    IReadOnlyList<KeyLink> Links,
    string? Unlinked
)
{
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>The last day that was read; null before the first reading.</summary>
    public DateOnly? ReadThrough { get; init; }

    public DateTimeOffset? LastReadAt { get; init; }

    /// <summary>The first day whose use outside MyCoach may be counted into the ledger; null if none is.</summary>
    public DateOnly? CountedFrom { get; init; }

    /// <summary>The stored key for which the user named the provider's id.</summary>
    public string? NamedFor { get; init; }

    /// <summary>Why the last reading failed; null if it did not.</summary>
    public string? LastError { get; init; }

    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    public static BillingAccount New(Provider provider) => new(provider, null, null, null, [], KeyMatch.NotFound);

    public static string RowKeyOf(Provider provider) => $"account_{provider.Id}";

    /// <summary>The keys of the present organisation.</summary>
    public KnownKeys Keys => KeysOf(OrganizationId);

    /// <summary>The keys of the organisation that a day is of: the present one, if its source does not name it.</summary>
    public KnownKeys KeysOn(BillDay day) => KeysOf(day.Organization ?? OrganizationId);

    /// <summary>With a link of the stored key in the present organisation, in place of an earlier one.</summary>
    public BillingAccount With(KeyLink link) =>
        this with
        {
            Unlinked = null,
            Links =
            [
                .. Links
                    .Where(other =>
                        other.KeyId != link.KeyId || Organisation.AreDifferent(other.Organization, OrganizationId)
                    )
                    .TakeLast(KeyLink.Max - 1),
                link with
                {
                    Organization = OrganizationId,
                },
            ],
        };

    /// <summary>
    /// As before the first reading of another organisation, with the keys of the one before: its days stay.
    /// </summary>
    public BillingAccount LeaveOrganisation() =>
        New(Provider) with
        {
            Links = [.. Links.Select(link => link with { Organization = link.Organization ?? OrganizationId })],
            CountedFrom = CountedFrom,
            ETag = ETag,
        };

    /// <summary>Without a link of the stored key. Those of earlier keys stay.</summary>
    public BillingAccount WithoutLink(string why) => this with { Unlinked = why };

    public TableEntity Write(string partition) =>
        new(partition, RowKeyOf(Provider))
        {
            [nameof(OrganizationId)] = OrganizationId,
            [nameof(OrganizationName)] = OrganizationName,
            [nameof(NamedKeyId)] = NamedKeyId,
            [nameof(Links)] = KeyLink.Write(Links),
            [nameof(Unlinked)] = Unlinked,
            [nameof(ReadThrough)] = ReadThrough?.ToString(DayFormat, CultureInfo.InvariantCulture),
            [nameof(LastReadAt)] = LastReadAt,
            [nameof(CountedFrom)] = CountedFrom?.ToString(DayFormat, CultureInfo.InvariantCulture),
            [nameof(NamedFor)] = NamedFor,
            [nameof(LastError)] = LastError,
        };

    public static BillingAccount Read(TableEntity row) =>
        new(
            Provider.Find(row.RowKey.Split('_')[1])!,
            row.GetString(nameof(OrganizationId)),
            row.GetString(nameof(OrganizationName)),
            row.GetString(nameof(NamedKeyId)),
            KeyLink.Read(row.GetString(nameof(Links))),
            row.GetString(nameof(Unlinked))
        )
        {
            ReadThrough = ReadDay(row, nameof(ReadThrough)),
            LastReadAt = row.GetDateTimeOffset(nameof(LastReadAt)),
            CountedFrom = ReadDay(row, nameof(CountedFrom)),
            NamedFor = row.GetString(nameof(NamedFor)),
            LastError = row.GetString(nameof(LastError)),
            ETag = row.ETag,
        };

    private KnownKeys KeysOf(string? organization) =>
        new([.. Links.Where(link => !Organisation.AreDifferent(link.Organization, organization))]);

    private static DateOnly? ReadDay(TableEntity row, string column) =>
        row.GetString(column) is { } day ? DateOnly.ParseExact(day, DayFormat, CultureInfo.InvariantCulture) : null;
}
