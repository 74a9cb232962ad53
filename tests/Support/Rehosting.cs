using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MyCoach.Gateway;
using MyCoach.Providers;

namespace MyCoach.Tests.Support;

/// <summary>Sends requests to OpenAI to the emulator, and notes where they were meant to go.</summary>
internal sealed class Rehosting() : DelegatingHandler(new SocketsHttpHandler())
{
    public Uri? Emulator { get; set; }

    public List<string> Hosts { get; } = [];

    public void Serve(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(_ => new ProviderConnections(new HttpMessageInvoker(this, false)));
        builder.Services.AddSingleton(services => new KeyCheck(
            new HttpClient(this, disposeHandler: false),
            services.GetRequiredService<ProviderAddresses>(),
            services.GetRequiredService<ILogger<KeyCheck>>()
        ));
    }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (!request.RequestUri!.IsLoopback)
        {
            Hosts.Add(request.RequestUri.GetLeftPart(UriPartial.Authority));
            request.RequestUri = new Uri(Emulator + request.RequestUri.PathAndQuery);
        }
        return base.SendAsync(request, cancellationToken);
    }
}
