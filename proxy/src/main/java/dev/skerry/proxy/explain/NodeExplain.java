package dev.skerry.proxy.explain;

import dev.skerry.cache.engine.CacheEngine;
import dev.skerry.cache.engine.CacheRequest;
import dev.skerry.cache.engine.Peek;
import dev.skerry.cache.engine.Requester;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.key.CacheKey;
import dev.skerry.cache.key.Hosts;
import dev.skerry.cache.key.KeyHasher;
import dev.skerry.cache.policy.MissReason;
import dev.skerry.config.Rule;
import dev.skerry.config.protocol.ExplainQuestion;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.text.JsonWriter;
import dev.skerry.proxy.pipeline.RuleRoute;
import dev.skerry.proxy.pipeline.SiteRoutes;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Explains what the node would do with a request if a client sent it now, by the same routes, keys
 * and decisions that answer requests. Asks nobody and changes nothing. Thread-safe.
 */
public final class NodeExplain {
    private final String node;
    private final String role;
    private final Supplier<@Nullable SiteRoutes> sites;
    private final KeyHasher keys;
    private final CacheEngine engine;
    private final LongFunction<String> revisions;

    /**
     * An explainer.
     *
     * @param node the node's name
     * @param role {@code edge} or {@code shield}
     * @param sites what the pipeline is given
     * @param keys what the pipeline is given
     * @param revisions how a revision in this node's numbers is called outside
     */
    public NodeExplain(
            String node,
            String role,
            Supplier<@Nullable SiteRoutes> sites,
            KeyHasher keys,
            CacheEngine engine,
            LongFunction<String> revisions) {
        this.node = node;
        this.role = role;
        this.sites = sites;
        this.keys = keys;
        this.engine = engine;
        this.revisions = revisions;
    }

    /**
     * Answers a question.
     *
     * @param question {@link ExplainQuestion} as it is sent
     * @return a JSON document; {@code {"problem":…}} when that is no question
     */
    public String answer(String question) {
        try {
            return answer(ExplainQuestion.parse(question));
        } catch (MalformedMessage e) {
            return new JsonWriter().object().put("problem", e.getMessage()).end().toString();
        }
    }

    /** Answers a question with a JSON document. */
    public String answer(ExplainQuestion question) {
        JsonWriter json = new JsonWriter().object().put("node", node).put("role", role);
        json.put("method", question.method()).put("url", question.url());
        SiteRoutes routes = sites.get();
        if (routes == null) {
            return local(json, "starting", "The node is starting, and would answer 503.");
        }
        RequestHead head = head(question, routes);
        RuleRoute rule = routes.match(head, null);
        if (rule == null) {
            return local(json, "unknown-host", "No site here answers to this host: 421.");
        }
        json.put("site", rule.site().name());
        RuleText.write(json, rule.rule());
        return switch (rule.rule().action()) {
            case null -> stored(json, head, rule);
            case Rule.Action.Denying deny ->
                    local(json, "denied", "The rule refuses the request: " + deny.status() + ".");
            case Rule.Action.Redirecting to ->
                    local(
                            json,
                            "redirect",
                            "The rule redirects the request: " + to.redirect().status() + ".");
        };
    }

    /**
     * The cache key of a GET of a URL; null when no site here answers it.
     *
     * @throws MalformedMessage when it is no absolute http or https URL
     */
    public @Nullable CacheKey key(String url) throws MalformedMessage {
        ExplainQuestion question = ExplainQuestion.of(url);
        SiteRoutes routes = sites.get();
        if (routes == null) {
            return null;
        }
        RequestHead head = head(question, routes);
        RuleRoute rule = routes.match(head, null);
        return rule == null
                ? null
                : keys.key(
                        rule.route().site(),
                        head.scheme(),
                        Hosts.normalise(head.scheme(), head.authority()),
                        rule.route().targets().apply(head.target()));
    }

    private static RequestHead head(ExplainQuestion question, SiteRoutes routes) {
        FieldList.Builder fields = FieldList.builder();
        new TreeMap<>(question.fields()).forEach(fields::add);
        return new RequestHead(
                question.method(),
                question.scheme(),
                routes.authority(question.authority()),
                question.target(),
                fields.build());
    }

    private String stored(JsonWriter json, RequestHead head, RuleRoute rule) {
        String host = Hosts.normalise(head.scheme(), head.authority());
        String target = rule.route().targets().apply(head.target());
        CacheKey key = keys.key(rule.route().site(), head.scheme(), host, target);
        json.object("key")
                .put("hash", "%016x%016x".formatted(key.high(), key.low()))
                .put("site", rule.route().site())
                .put("scheme", head.scheme())
                .put("host", host)
                .put("target", target)
                .end();
        CacheRequest request =
                new CacheRequest(rule.route(), key, head, host, target, Requester.NODE);
        Peek peek = engine.peek(request);
        json.put("applied", revisions.apply(peek.applied()));
        json.put("need", peek.need() == 0 ? null : revisions.apply(peek.need()));
        VariantText variants = new VariantText(json, revisions);
        json.list("stored");
        peek.variants().forEach(variants::write);
        json.endList();
        json.put("hitForMiss", peek.hitForMiss()).put("failing", peek.failing());
        json.put("fetchesUnderWay", peek.fills());
        MissReason reason = peek.reason();
        return end(
                json,
                peek.next().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                reason == null ? null : reason.word(),
                reason == null
                        ? peek.next().sentence()
                        : reason.sentence() + " " + peek.next().sentence());
    }

    /** What the node answers by itself. */
    private static String local(JsonWriter json, String reason, String words) {
        return end(json, "local", reason, words);
    }

    private static String end(JsonWriter json, String word, @Nullable String reason, String words) {
        return json.object("next")
                .put("word", word)
                .put("reason", reason)
                .put("words", words)
                .end()
                .end()
                .toString();
    }
}
