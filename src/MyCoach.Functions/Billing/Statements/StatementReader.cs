using CsvHelper;
using MyCoach.Http;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>A whole export.</summary>
/// <param name="Ignored">The columns that no known export has.</param>
internal sealed record Statement(StatementKind Kind, StatementLines Lines, int Rows, IReadOnlyList<string> Ignored)
{
    public const int MaxIgnored = 50;
}

/// <summary>
/// Reads an export of a provider's console as it arrives. The columns may be in any order. A file that is cut off ends in
/// a row with too few fields, or in an open quotation.
/// </summary>
internal static class StatementReader
{
    private const int MaxHeaderLength = 64;

    private static readonly CsvReaderOptions Format = new()
    {
        Separator = ',',
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
        MaxRecordSize = 64 * 1024,
        TrackLineNumbers = true,
        IncludeValuesInExceptions = false,
        // Most values repeat.
        PoolStrings = true,
    };

    /// <param name="check">Refuses an export whose kind and columns do not suit the request.</param>
    /// <exception cref="InvalidRequestException"/>
    public static async Task<Statement> ReadAsync(
        Stream body,
        Provider provider,
        StatementLines lines,
        DateOnly today,
        Action<StatementKind, IReadOnlyCollection<string>> check,
        CancellationToken cancellation
    )
    {
        using var csv = CsvReader.Create(body, Format, leaveOpen: true);
        try
        {
            await csv.ReadHeaderAsync(cancellation);
            string[] header = [.. csv.Headers.Select(name => name.Trim())];
            var kind = KindOf(header, provider);
            check(kind, header);
            var columns = header
                .Index()
                .Where(column => kind.Knows(column.Item))
                .ToDictionary(c => c.Item, c => c.Index);
            var (row, rows) = (new StatementRow(csv, columns, today), 0);
            while (await csv.ReadAsync(cancellation))
            {
                kind.Read(row, lines);
                rows++;
            }
            return rows > 0
                ? new Statement(kind, lines, rows, [.. header.Where(IsIgnored).Take(Statement.MaxIgnored)])
                : throw new InvalidRequestException("body", "has no rows");

            bool IsIgnored(string name) => name.Length is > 0 and <= MaxHeaderLength && !kind.Knows(name);
        }
        catch (CsvFormatException fault)
        {
            throw new InvalidRequestException(
                "body",
                $"is not well-formed CSV, or breaks off, in line {Math.Max(1, fault.LineNumber)}"
            );
        }
    }

    private static StatementKind KindOf(string[] header, Provider provider)
    {
        if (header.Length == 0)
        {
            throw new InvalidRequestException("body", "is empty");
        }
        if (StatementKind.Of(header) is not { } kind)
        {
            throw new InvalidRequestException(
                "body",
                "has another header than the exports of costs and usage that MyCoach knows"
            );
        }
        if (kind.Provider != provider)
        {
            throw new InvalidRequestException(
                "body",
                $"is an export of {kind.Provider.Id}. Post it to /api/billing/{kind.Provider.Id}/statements"
            );
        }
        var errors = new FieldErrors();
        foreach (var column in kind.Required)
        {
            errors.Require(header.Contains(column), column, $"is missing: an export of {kind.Name} has this column");
        }
        foreach (var column in header.Where(kind.Knows).CountBy(name => name).Where(name => name.Value > 1))
        {
            errors.Add(column.Key, "is the name of two columns");
        }
        return errors.Any ? throw new InvalidRequestException(errors) : kind;
    }
}
