using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using MyCoach.Http;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>
/// The user whose rows a request may access. Handlers get it only as a bound parameter. Any Unicode text of 1–128 UTF-8
/// bytes.
/// </summary>
internal sealed record UserId : IEndpointParameterMetadataProvider
{
    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private UserId(string value)
    {
        Value = value;
        Key = KeyEncoding.Encode(value);
    }

    public string Value { get; }

    /// <summary>The user id as a partition key.</summary>
    public string Key { get; }

    /// <summary>
    /// The id of the latest erasure of this account when the work began. Writes with an outdated token are refused.
    /// </summary>
    public string? FencingToken { get; init; }

    public string MonthPartition(Month month) => $"{Key}_{month.Compact}";

    /// <summary>The inverse of <see cref="MonthPartition"/>.</summary>
    public static (UserId User, Month Month) ParseMonthPartition(string partition)
    {
        var end = partition.LastIndexOf('_');
        return (
            TryCreate(KeyEncoding.Decode(partition[..end]))!,
            Month.TryParse(partition[(end + 1)..], "yyyyMM")!.Value
        );
    }

    /// <summary>The key of the user that a month partition, or the bound of one, belongs to.</summary>
    public static string KeyOf(string monthPartition) => monthPartition.Split('_')[0];

    /// <summary>
    /// A lower bound of this user's month partitions. No other user's partition lies between it and <see
    /// cref="LastMonthPartition"/>.
    /// </summary>
    public string FirstMonthPartition => $"{Key}_000000";

    public string LastMonthPartition => $"{Key}_999999";

    public static UserId? TryCreate(string? value)
    {
        try
        {
            return !string.IsNullOrEmpty(value) && Strict.GetByteCount(value) <= 128 ? new UserId(value) : null;
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Decodes percent-encoded UTF-8 from a header. Null if it is malformed.</summary>
    public static UserId? TryDecode(string encoded)
    {
        try
        {
            return PercentEncoding.TryDecode(encoded) is { } bytes ? TryCreate(Strict.GetString(bytes)) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The user of the request, after <c>UseUsers</c> entered the erasure fence.</summary>
    /// <exception cref="InvalidRequestException">A service did not name the user it acts for.</exception>
    public static ValueTask<UserId?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<UserId?>(
            context.Features.Get<Caller>()?.User
                ?? throw new InvalidRequestException(
                    RequestHeaders.User,
                    "must contain the percent-encoded id of the user that the service acts for"
                )
        );

    static void IEndpointParameterMetadataProvider.PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(ActsForUser.Instance);
}
