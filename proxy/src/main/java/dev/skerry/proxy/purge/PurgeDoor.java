package dev.skerry.proxy.purge;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.config.routing.Cidr;
import dev.skerry.net.server.BodySource;
import dev.skerry.net.server.Exchange;
import dev.skerry.net.server.ExchangeHandler;
import dev.skerry.proxy.admin.BearerToken;
import dev.skerry.proxy.feed.ControlLink;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands {@code PURGE}, {@code PURGEKEYS} and {@code BAN} from allowed addresses to the control
 * plane, which purges at every node, and gives its answer. Everything else goes to the pipeline,
 * these methods from other addresses too. Thread-safe.
 */
public final class PurgeDoor implements ExchangeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PurgeDoor.class);

    /** What the control plane reads of such a request. */
    private static final List<String> HANDED_ON =
            List.of(
                    "Authorization",
                    "Fastly-Key",
                    "Fastly-Soft-Purge",
                    "Origin",
                    "xkey-purge",
                    "xkey-softpurge",
                    "X-Ban-Expression",
                    "X-Ban-Host",
                    "X-Ban-Url",
                    "X-Cache-Tags",
                    "X-Content-Type",
                    "X-Host",
                    "X-Invalidate-Pattern",
                    "X-Invalidate-Tags",
                    "X-Magento-Tags-Pattern",
                    "X-Purge-Method",
                    "X-Url");

    private final List<Cidr> from;
    private final @Nullable BearerToken lent;
    private final ExchangeHandler pipeline;
    private volatile List<ControlLink> links = List.of();

    private PurgeDoor(List<Cidr> from, @Nullable BearerToken lent, ExchangeHandler pipeline) {
        this.from = from;
        this.lent = lent;
        this.pipeline = pipeline;
    }

    /**
     * A door as the settings want it.
     *
     * @param control null without a control plane
     * @return null when no address is allowed, so that nothing stands before the pipeline
     * @throws IOException when the token cannot be used; the message says what would be right
     */
    public static @Nullable PurgeDoor of(
            NodeSettings.@Nullable Control control, ExchangeHandler pipeline) throws IOException {
        if (control == null || control.purgeFrom().isEmpty()) {
            return null;
        }
        Path token = control.purgeTokenFile();
        return new PurgeDoor(
                control.purgeFrom(), token == null ? null : BearerToken.read(token), pipeline);
    }

    /** Where purges go from now on: each is asked until one takes them. */
    public void leadsTo(List<ControlLink> controls) {
        links = List.copyOf(controls);
    }

    @Override
    public void handle(Exchange exchange) {
        if (isPurge(exchange.request().method()) && isAllowed(exchange)) {
            exchange.dispatch(() -> send(exchange, answer(exchange)));
        } else {
            pipeline.handle(exchange);
        }
    }

    private static boolean isPurge(String method) {
        return switch (method) {
            case "PURGE", "PURGEKEYS", "BAN" -> true;
            default -> false;
        };
    }

    private boolean isAllowed(Exchange exchange) {
        InetAddress peer = exchange.remoteAddress().getAddress();
        return from.stream().anyMatch(network -> network.contains(peer));
    }

    private ControlLink.Handed answer(Exchange exchange) {
        if (exchange.hasRequestBody() && exchange.requestBodyLength() != 0) {
            return refusal(413, "Content too large", "a purge has no body");
        }
        RequestHead request = exchange.request();
        FieldList fields = fields(request);
        String failure = "this node does not follow a control plane yet";
        for (ControlLink link : links) {
            try {
                ControlLink.Handed answer = link.hand(request.method(), request.target(), fields);
                // A shield that relays the stream answers too, but takes no purges.
                if (answer.contentType().equals("application/json")) {
                    return answer;
                }
                failure = link.control() + " takes no purges: name a control plane, not a relay";
            } catch (IOException e) {
                failure = "it may not have been purged: " + e.getMessage();
            }
        }
        LOG.warn("a {} could not be handed on: {}", request.method(), failure);
        return refusal(502, "Not handed on", "the control plane does not answer; send it again");
    }

    /** The token is lent to whoever shows none, unless a page makes a browser send the request. */
    private FieldList fields(RequestHead request) {
        Fields given = request.fields();
        FieldList.Builder fields = FieldList.builder();
        fields.add("Host", request.authority());
        for (String name : HANDED_ON) {
            given.all(name).forEach(value -> fields.add(name, value));
        }
        boolean showsNone =
                !given.contains("Authorization")
                        && !given.contains("Fastly-Key")
                        && !given.contains("Origin");
        if (lent != null && showsNone) {
            fields.add("Authorization", lent.authorization());
        }
        return fields.build();
    }

    private static ControlLink.Handed refusal(int status, String message, String detail) {
        return new ControlLink.Handed(
                status,
                "application/json",
                "{\"msg\":\"%s\",\"detail\":\"%s\"}\n".formatted(message, detail));
    }

    private static void send(Exchange exchange, ControlLink.Handed answer) {
        FieldList fields =
                FieldList.builder()
                        .add("Content-Type", answer.contentType())
                        .add("Cache-Control", "no-store")
                        .add("X-Content-Type-Options", "nosniff")
                        .build();
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.send(
                new ResponseHead(answer.status(), fields), BodySource.of(ByteBuffer.wrap(body)));
    }
}
