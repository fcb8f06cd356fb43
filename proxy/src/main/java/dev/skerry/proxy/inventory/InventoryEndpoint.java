package dev.skerry.proxy.inventory;

import dev.skerry.cache.key.CacheKey;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.text.JsonWriter;
import dev.skerry.proxy.admin.AdminAnswer;
import dev.skerry.proxy.admin.AdminEndpoint;
import dev.skerry.proxy.admin.AdminRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /v1/cache/…} on a node's admin port: what is stored there. */
public final class InventoryEndpoint implements AdminEndpoint {
    private static final String BELOW = "/v1/cache/";
    private static final int USUAL_ENTRIES = 100;

    private final Inventory inventory;
    private final Disks disks;
    private final Keys keys;

    /** Finds the key of a URL. */
    @FunctionalInterface
    public interface Keys {
        /**
         * The key that a GET of the URL has; null when no site of this node answers it.
         *
         * @throws MalformedMessage when it is no URL
         */
        @Nullable CacheKey of(String url) throws MalformedMessage;
    }

    /** Of a node's store. */
    public InventoryEndpoint(Inventory inventory, Disks disks, Keys keys) {
        this.inventory = inventory;
        this.disks = disks;
        this.keys = keys;
    }

    @Override
    public boolean owns(String path) {
        return path.startsWith(BELOW);
    }

    @Override
    public int mostBodyBytes() {
        return 0;
    }

    @Override
    public AdminAnswer answer(AdminRequest request) {
        try {
            Map<String, String> query = query(request.query());
            return switch (request.method() + " " + request.path().substring(BELOW.length())) {
                case "GET entries" -> json(entries(query));
                case "GET entry" -> entry(query.getOrDefault("url", ""));
                case "GET stats" -> json(inventory.bySite());
                case "POST verify" -> json(disks.verify(query.containsKey("fast")));
                case "POST resume" -> resume(query.getOrDefault("disk", ""));
                default -> AdminAnswer.problem(404, "Not found", "nothing here by that name");
            };
        } catch (IllegalArgumentException e) {
            return AdminAnswer.problem(400, "Bad request", "the query is not one of this place");
        }
    }

    private String entries(Map<String, String> query) {
        int limit =
                query.containsKey("limit")
                        ? Integer.parseInt(query.getOrDefault("limit", ""))
                        : USUAL_ENTRIES;
        if (limit < 1 || limit > Inventory.MOST_ENTRIES) {
            throw new IllegalArgumentException("limit");
        }
        return inventory.list(query.get("site"), query.getOrDefault("prefix", ""), limit);
    }

    private AdminAnswer entry(String url) {
        try {
            CacheKey key = keys.of(url);
            return key == null
                    ? AdminAnswer.problem(404, "Not found", "no site here answers to this URL")
                    : json(inventory.all(url, key));
        } catch (MalformedMessage e) {
            return AdminAnswer.problem(400, "Bad request", "url is not one");
        }
    }

    private AdminAnswer resume(String disk) {
        try {
            return json(disks.resume(disk));
        } catch (IOException e) {
            String problem =
                    new JsonWriter()
                            .object()
                            .put("title", "Not resumed")
                            .put("status", 409)
                            .put("detail", e.getMessage())
                            .end()
                            .toString();
            return AdminAnswer.of(409, "application/problem+json", problem + "\n");
        }
    }

    private static AdminAnswer json(String document) {
        return AdminAnswer.of(200, "application/json", document + "\n");
    }

    private static Map<String, String> query(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter :
                query == null || query.isEmpty() ? new String[0] : query.split("&")) {
            int equals = parameter.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("a parameter without a value");
            }
            parameters.put(
                    parameter.substring(0, equals),
                    URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return parameters;
    }
}
