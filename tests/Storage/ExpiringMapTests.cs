using Microsoft.Extensions.Time.Testing;
using MyCoach.Storage;

namespace MyCoach.Tests.Storage;

public sealed class ExpiringMapTests
{
    private const int MaxEntries = 3;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider clock = new();
    private readonly ExpiringMap<string, int> map;

    public ExpiringMapTests() => map = new ExpiringMap<string, int>(clock, Lifetime, MaxEntries);

    [Fact]
    public void A_value_expires_after_its_lifetime()
    {
        map.Set("a", 1);
        clock.Advance(Lifetime - TimeSpan.FromTicks(1));
        Assert.Equal(1, Find("a"));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(Find("a"));
        Assert.Null(Find("never set"));
    }

    [Fact]
    public void A_value_of_an_earlier_time_expires_earlier()
    {
        var at = clock.GetTimestamp();
        clock.Advance(Lifetime / 2);
        map.Set("a", 1, at);
        clock.Advance(Lifetime / 2);
        Assert.Null(Find("a"));
    }

    [Fact]
    public void Only_a_fresh_value_is_removed_with_success()
    {
        map.Set("a", 1);
        Assert.True(map.TryRemove("a", out var removed));
        Assert.Equal(1, removed);
        Assert.False(map.TryRemove("a", out _));

        map.Set("a", 2);
        clock.Advance(Lifetime);
        Assert.False(map.TryRemove("a", out var expired));
        Assert.Equal(0, expired);
    }

    [Fact]
    public void A_full_map_drops_its_expired_entries()
    {
        map.Set("a", 1);
        map.Set("b", 2);
        clock.Advance(Lifetime / 2);
        map.Set("c", 3);
        clock.Advance(Lifetime / 2);
        map.Set("d", 4);
        Assert.Equal([null, null, 3, 4], Find("a", "b", "c", "d"));
    }

    [Fact]
    public void A_full_map_without_expired_entries_drops_all()
    {
        map.Set("a", 1);
        map.Set("b", 2);
        map.Set("c", 3);
        map.Set("c", 4);
        Assert.Equal([1, 2, 4], Find("a", "b", "c"));
        map.Set("d", 5);
        Assert.Equal([null, null, null, 5], Find("a", "b", "c", "d"));
    }

    private int? Find(string key) => map.TryGet(key, out var value) ? value : null;

    private int?[] Find(params string[] keys) => [.. keys.Select(Find)];
}
