package dev.skerry.control.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Caller;
import dev.skerry.control.http.JsonBody;
import dev.skerry.control.http.RateLimits;
import dev.skerry.control.http.Resource;
import dev.skerry.control.http.Resource.Verb;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /v1/tokens} and {@code /v1/audit}. */
public final class AccessApi {
    /** The most entries in one answer. */
    public static final int MOST_LISTED = 1000;

    private static final int USUALLY_LISTED = 100;
    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_SITES = 1000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern ID = Pattern.compile("[0-9]{1,16}(-[0-9a-f]{8})?");
    private static final String TOKENS = "/v1/tokens";
    private static final String TOKEN = "/v1/tokens/{name}";

    private final Tokens tokens;
    private final AuditTrail audit;
    private final JsonMapper json = JsonMapper.builder().build();

    /** An API over both. */
    public AccessApi(Tokens tokens, AuditTrail audit) {
        this.tokens = tokens;
        this.audit = audit;
    }

    /** What it serves. */
    public List<Resource> resources() {
        return List.of(
                resource("GET", TOKENS, "All tokens, without their secrets", 0, this::list),
                resource("POST", TOKENS, "Make a token", MOST_BYTES, this::make),
                resource("DELETE", TOKEN, "End a token at once", 0, this::delete),
                resource("GET", "/v1/audit", "Who did what", 0, this::trail));
    }

    private static Resource resource(
            String method, String path, String summary, int most, Resource.Handler.Whole handler) {
        return new Resource(method, path, Verb.ADMIN, summary, most, handler);
    }

    private ApiAnswer list(ApiCall call) throws ApiProblem {
        call.onlyParameters();
        ObjectNode document = json.createObjectNode();
        ArrayNode list = document.putArray("tokens");
        tokens.list().forEach(token -> list.add(token.shown()));
        return ApiAnswer.json(200, document);
    }

    private ApiAnswer make(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        Caller scope = scope(JsonBody.object(call, "name", "verbs", "sites", "rate"));
        AuditEntry entry =
                AuditEntry.done(call.caller(), "POST " + TOKENS, null, 0, "token " + scope.name());
        Tokens.Made made = tokens.make(scope, call.caller(), entry);
        if (made == null) {
            throw new ApiProblem(
                    409,
                    "Conflict",
                    tokens.find(scope.name()) == null
                            ? "there are " + Tokens.MOST + " tokens already"
                            : "there is a token '" + scope.name() + "' already");
        }
        return ApiAnswer.json(201, made.token().shown().put("token", made.secret()));
    }

    private ApiAnswer delete(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters();
        String name = call.part("name");
        AuditEntry entry =
                AuditEntry.done(call.caller(), "DELETE " + TOKEN, null, 0, "token " + name);
        if (tokens.delete(name, entry)) {
            return ApiAnswer.nothing();
        }
        if (tokens.find(name) == null) {
            throw ApiProblem.notFound("there is no token '" + name + "'");
        }
        throw new ApiProblem(
                409, "Conflict", "'" + name + "' is the last token that may make others");
    }

    private ApiAnswer trail(ApiCall call) throws ApiProblem, IOException {
        call.onlyParameters("after", "limit");
        String after = call.query().get("after");
        if (after != null && !ID.matcher(after).matches()) {
            throw ApiProblem.badRequest("after is the id of an entry: '" + after + "'");
        }
        ObjectNode document = json.createObjectNode();
        ArrayNode entries = document.putArray("entries");
        for (String entry : audit.list(after, call.limit(USUALLY_LISTED, MOST_LISTED))) {
            entries.add(json.readTree(entry));
        }
        return ApiAnswer.json(200, document);
    }

    private static Caller scope(ObjectNode wanted) throws ApiProblem {
        String name = wanted.path("name").asText("");
        if (!wanted.path("name").isTextual() || !NAME.matcher(name).matches()) {
            throw ApiProblem.badRequest(
                    "name is 1 to 64 lower-case letters, digits, '.', '_' or '-': '" + name + "'");
        }
        Set<Verb> verbs = verbs(wanted.path("verbs"));
        Set<String> sites = wanted.has("sites") ? sites(wanted.path("sites")) : null;
        if (sites != null && (verbs.contains(Verb.ADMIN) || verbs.contains(Verb.NODE))) {
            throw ApiProblem.badRequest("admin and node are for all sites: leave out 'sites'");
        }
        return new Caller(
                name, verbs, sites, wanted.has("rate") ? rate(wanted.path("rate")) : null);
    }

    private static Integer rate(JsonNode rate) throws ApiProblem {
        if (!rate.canConvertToInt()
                || !rate.isIntegralNumber()
                || rate.asInt() < 1
                || rate.asInt() > RateLimits.MOST) {
            throw ApiProblem.badRequest(
                    "rate is how many requests a second, 1 to " + RateLimits.MOST + ": " + rate);
        }
        return rate.asInt();
    }

    private static Set<Verb> verbs(JsonNode list) throws ApiProblem {
        Set<Verb> verbs = EnumSet.noneOf(Verb.class);
        for (JsonNode item : list) {
            Verb verb = verb(item.asText());
            if (verb == null) {
                throw ApiProblem.badRequest(
                        "'"
                                + item.asText()
                                + "' is no verb of read, purge, configure, node, admin");
            }
            verbs.add(verb);
        }
        if (!list.isArray() || verbs.isEmpty()) {
            throw ApiProblem.badRequest(
                    "verbs is a list with some of read, purge, configure, node, admin");
        }
        return verbs;
    }

    private static @Nullable Verb verb(String word) {
        for (Verb verb : EnumSet.complementOf(EnumSet.of(Verb.ANYONE))) {
            if (verb.name().toLowerCase(Locale.ROOT).equals(word)) {
                return verb;
            }
        }
        return null;
    }

    private static Set<String> sites(JsonNode list) throws ApiProblem {
        Set<String> sites = new TreeSet<>();
        for (JsonNode item : list) {
            if (!item.isTextual() || !NAME.matcher(item.asText()).matches()) {
                throw ApiProblem.badRequest("'" + item.asText() + "' is no name of a site");
            }
            sites.add(item.asText());
        }
        if (!list.isArray() || sites.isEmpty() || sites.size() > MOST_SITES) {
            throw ApiProblem.badRequest(
                    "sites is a list with 1 to " + MOST_SITES + " names; left out for all sites");
        }
        return sites;
    }
}
