using System.Buffers.Binary;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>
/// The ids of gateway calls. Such an id states when its call began, from which the key of its event's row follows. So the
/// event is unique and can be found by its id without a mark.
/// </summary>
internal static class GatewayIds
{
    private const int Version = 7;

    /// <summary>A new id, and the time in it: now, in whole milliseconds.</summary>
    public static (string Id, DateTimeOffset BeganAt) New(DateTimeOffset now)
    {
        var beganAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        return ($"{Ids.GatewayPrefix}{Guid.CreateVersion7(beganAt)}", beganAt);
    }

    /// <summary>Null for any other id.</summary>
    public static DateTimeOffset? TimeOf(string callerId)
    {
        if (
            !callerId.StartsWith(Ids.GatewayPrefix, StringComparison.Ordinal)
            || !Guid.TryParseExact(callerId.AsSpan(Ids.GatewayPrefix.Length), "D", out var guid)
            || guid.Version != Version
        )
        {
            return null;
        }
        // A version 7 begins with 48 bits of milliseconds.
        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16);
    }
}
