using MyCoach.Agents;
using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Settings;
using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>The model that <c>default</c> stands for: the agent's, or the user's own.</summary>
internal sealed class ModelChoice(AgentsTable agents, SettingsTable settings, ModelCatalogue catalogue)
{
    /// <summary>As its provider spells it where the catalogue knows it; null, with a complaint, where there is none that this provider could serve.</summary>
    public async Task<(string? Model, string? Complaint)> FindAsync(UserId user, string? agentId, Provider provider, CancellationToken cancellation)
    {
        var own = settings.GetAsync(user, cancellation);
        var agent = agentId is null ? null : await agents.FindAsync(user, agentId, cancellation);
        if ((agent?.PreferredModel ?? (await own).DefaultModel) is not { } model)
        {
            return (null, "model is default, but neither the agent nor the settings name one: set defaultModel with PATCH /api/settings.");
        }
        if (catalogue.Find(provider, model) is { } known)
        {
            return (known.Id, null);
        }
        return catalogue.Find(model) is { } others
            ? (null, $"model is default, which is {others.Id}, a model of {others.ProviderId}: call that provider, or name a model.")
            : (model, null);
    }
}
