namespace MyCoach.Tests.Support;

/// <summary>A user with a key at each provider and a budget, whose app serves them alone.</summary>
public static class BudgetedUser
{
    /// <param name="cents">The monthly budget; null for none.</param>
    /// <param name="settings">As for <see cref="TestApp.StartAsync"/>.</param>
    /// <param name="alertThresholds">In percent; null for the default ones.</param>
    public static async Task<GatewayUser> StartAsync(
        LocalParts parts,
        long? cents,
        IEnumerable<string>? settings = null,
        int[]? alertThresholds = null
    )
    {
        var user = await GatewayUser.StartAsync(parts, settings);
        await user.SetBudgetAsync(cents, alertThresholds);
        return user;
    }
}
