using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>Where the lines of a day come from.</summary>
internal enum BillSource
{
    /// <summary>The provider's API, read with an admin key.</summary>
    Api,

    /// <summary>An export of the provider's console with costs.</summary>
    CostCsv,

    /// <summary>An export of the provider's console with usage.</summary>
    UsageCsv,
}

/// <summary>What a provider reported of one day, as it was read last.</summary>
/// <param name="Revision">Grows with each reading that differs from the one before.</param>
/// <param name="ReadAt">When it was read last.</param>
/// <param name="SameSince">When it was first read as it is.</param>
internal sealed record BillDay(
    Provider Provider,
    DateOnly Day,
    BillSource Source,
    BillLines Lines,
    long Revision,
    DateTimeOffset ReadAt,
    DateTimeOffset SameSince
)
{
    // A column holds 32,768 characters, and a row 1 MiB.
    private const int ColumnLength = 30_000;
    private const int MaxLength = 15 * ColumnLength;

    // A provider may report a call some minutes after it.
    private static readonly TimeSpan Lag = TimeSpan.FromHours(6);

    // When two readings this far apart are the same, and the day is this old, nothing is expected to change.
    private static readonly TimeSpan Settled = TimeSpan.FromHours(24);
    private static readonly TimeSpan Mature = TimeSpan.FromHours(72);

    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    /// <summary>The id of the organisation; null if the source does not name it.</summary>
    public string? Organization { get; init; }

    public string RowKey => RowKeyOf(Provider, Day, Source);

    /// <summary><c>open</c> while calls may be missing, <c>provisional</c> while they may be corrected, then <c>final</c>.</summary>
    public string Status
    {
        get
        {
            var end = new DateTimeOffset(Day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
            return ReadAt < end + Lag ? DayStatus.Open
                : ReadAt - SameSince >= Settled && ReadAt >= end + Mature ? DayStatus.Final
                : DayStatus.Provisional;
        }
    }

    /// <summary>
    /// The day after another reading. Null if it stays: that reading is older, or of another organisation, and this day was
    /// over when it was read.
    /// </summary>
    public BillDay? Read(BillLines lines, string? organization, DateTimeOffset at) =>
        at < ReadAt || (Organisation.AreDifferent(Organization, organization) && Status != DayStatus.Open) ? null
        : HashOf(lines) == HashOf(Lines) ? this with { Organization = organization, ReadAt = at }
        : this with
        {
            Organization = organization,
            Lines = lines,
            Revision = Revision + 1,
            ReadAt = at,
            SameSince = at,
        };

    public static string RowKeyOf(Provider provider, DateOnly day, BillSource source) =>
        string.Create(CultureInfo.InvariantCulture, $"bill_{day:yyyyMMdd}_{provider.Id}_{source}");

    /// <summary>Whether a row can hold the lines.</summary>
    public static bool CanHold(BillLines lines) => lines.Write().Length <= MaxLength;

    /// <exception cref="BillingFaultException">The day has too many lines.</exception>
    public TableEntity Write(string partition)
    {
        var text = Lines.Write();
        if (text.Length > MaxLength)
        {
            throw new BillingFaultException(
                BillingFault.TooLong,
                $"The report of {Day:yyyy-MM-dd} has too many lines. The organisation has too many projects or models."
            );
        }
        var row = new TableEntity(partition, RowKey)
        {
            [nameof(Revision)] = Revision,
            [nameof(ReadAt)] = ReadAt,
            [nameof(SameSince)] = SameSince,
            [nameof(Organization)] = Organization,
        };
        foreach (var (i, part) in text.Chunk(ColumnLength).Index())
        {
            row[$"{nameof(Lines)}{i}"] = new string(part);
        }
        return row;
    }

    public static BillDay Read(TableEntity row)
    {
        var parts = row.RowKey.Split('_');
        return new BillDay(
            Provider.Find(parts[2])!,
            DateOnly.ParseExact(parts[1], "yyyyMMdd", CultureInfo.InvariantCulture),
            Enum.Parse<BillSource>(parts[3]),
            BillLines.Read(string.Concat(Columns(row))),
            row.GetInt64(nameof(Revision))!.Value,
            row.GetDateTimeOffset(nameof(ReadAt))!.Value,
            row.GetDateTimeOffset(nameof(SameSince))!.Value
        )
        {
            ETag = row.ETag,
            Organization = row.GetString(nameof(Organization)),
        };
    }

    private static IEnumerable<string> Columns(TableEntity row)
    {
        for (var i = 0; row.GetString($"{nameof(Lines)}{i}") is { } part; i++)
        {
            yield return part;
        }
    }

    // The order of lines is the provider's whim.
    private static string HashOf(BillLines lines)
    {
        var ordered = lines with
        {
            Usage = [.. lines.Usage.OrderBy(line => line.ToString(), StringComparer.Ordinal)],
            Costs = [.. lines.Costs.OrderBy(line => line.ToString(), StringComparer.Ordinal)],
        };
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ordered.Write())));
    }
}

/// <summary>How sure a day's bill is.</summary>
internal static class DayStatus
{
    public const string Open = "open";
    public const string Provisional = "provisional";
    public const string Final = "final";
}
