using MyCoach.Agents;
using MyCoach.Catalogue;
using MyCoach.Settings;

namespace MyCoach.Gateway;

/// <summary>
/// Replaces the model <c>default</c> by the agent's preferred model, or else the user's default model.
/// </summary>
internal sealed class ModelChoice(AgentsTable agents, SettingsTable settings, PriceBook prices)
{
    public async ValueTask<Refusal?> ChooseAsync(CallRequest request)
    {
        if (request.Body?.Model != CallBody.DefaultModel)
        {
            return null;
        }
        var own = settings.GetAsync(request.User, request.Cancellation);
        var agent = request.AgentId is { } id ? await agents.FindAsync(request.User, id, request.Cancellation) : null;
        if ((agent?.PreferredModel ?? (await own).DefaultModel) is not { } model)
        {
            return Refusal.Invalid(
                "model is default, but neither the agent nor the settings name one: set defaultModel with PATCH /api/settings."
            );
        }
        var catalogue = await prices.GetAsync(request.Cancellation);
        if (catalogue.Find(request.Provider, model) is null && catalogue.Find(model) is { } other)
        {
            return Refusal.Invalid(
                $"model is default, which is {other.Id}, a model of {other.ProviderId}: call that provider, or name a model."
            );
        }
        request.Body.Replace(catalogue.Find(request.Provider, model)?.Id ?? model);
        return null;
    }
}
