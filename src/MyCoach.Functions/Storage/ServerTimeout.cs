using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MyCoach.Storage;

/// <summary>Limits how long the service may work on a request; its default is 30 seconds.</summary>
internal sealed class ServerTimeout(TimeSpan timeout) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message) =>
        message.Request.Uri.AppendQuery("timeout", timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture));
}
