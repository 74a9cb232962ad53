namespace MyCoach.Tests.Support;

public static class Eventually
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(25);
    private const int MostLooks = 200;

    /// <summary>Looks until it holds, for five seconds.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        for (var look = 0; !await holds(); look++)
        {
            Assert.True(look < MostLooks, "It did not hold within five seconds.");
            await Task.Delay(Period, TestContext.Current.CancellationToken);
        }
    }
}
