package dev.skerry.control.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.net.metrics.Metrics;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What every process tells whoever reaches its port: metrics and health. */
public final class OpenResources {
    private OpenResources() {}

    /**
     * The resources.
     *
     * @param metrics the text that Prometheus scrapes
     * @param reasons why no traffic should come; empty when it should
     */
    public static List<Resource> of(Supplier<String> metrics, Supplier<List<String>> reasons) {
        return List.of(
                open(
                        "/metrics",
                        "Metrics in Prometheus' text format",
                        call -> new ApiAnswer(200, Metrics.CONTENT_TYPE, metrics.get(), Map.of())),
                open(
                        "/healthz",
                        "Whether the process is alive",
                        call -> ApiAnswer.json(200, object().put("alive", true))),
                open("/readyz", "Whether it can serve", call -> ready(reasons.get())));
    }

    private static Resource open(String path, String summary, Resource.Handler.Whole handler) {
        return new Resource("GET", path, Verb.ANYONE, summary, 0, handler);
    }

    private static ApiAnswer ready(List<String> reasons) {
        ObjectNode document = object().put("ready", reasons.isEmpty());
        reasons.forEach(document.putArray("reasons")::add);
        return ApiAnswer.json(reasons.isEmpty() ? 200 : 503, document);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
