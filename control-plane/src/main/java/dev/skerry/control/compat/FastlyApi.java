package dev.skerry.control.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.cache.http.Fields;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Dialect;
import dev.skerry.control.http.JsonBody;
import dev.skerry.control.http.Resource;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.control.http.ResourceTable;
import dev.skerry.control.purge.PurgeDesk;
import dev.skerry.control.purge.PurgeTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Fastly's purge calls. A service is a site, a surrogate key is a tag. */
public final class FastlyApi {
    /** The most keys of one call. */
    public static final int MOST_KEYS = 256;

    /** The most bytes of a call with several keys. */
    public static final int MOST_BYTES = 1 << 20;

    static final Dialect DIALECT = new FastlyDialect();

    private static final String KEY = "/service/{site}/purge/{key...}";
    private static final String KEYS = "/service/{site}/purge";
    private static final String ALL = "/service/{site}/purge_all";
    private static final String URL_START = "/purge/";
    private static final String URL = URL_START + "{url...}";
    private static final String SOFT = "Fastly-Soft-Purge";

    private final Intake intake;

    /** Calls that hand in at this desk. */
    public FastlyApi(PurgeDesk desk, SiteSource sites) {
        this.intake = new Intake(desk, sites);
    }

    /** What it serves. */
    public List<Resource> resources() {
        return List.of(
                post(KEY, "Fastly's purge by surrogate key", 0, this::key),
                post(KEYS, "Fastly's purge by several surrogate keys", MOST_BYTES, this::keys),
                post(ALL, "Fastly's purge of a whole service", 0, this::all),
                post(URL, "Fastly's purge by URL", 0, this::url));
    }

    /** What Fastly answers to a purge. */
    static ApiAnswer accepted(String id) {
        return ApiAnswer.json(
                200, JsonNodeFactory.instance.objectNode().put("status", "ok").put("id", id));
    }

    /** Any value makes it soft. */
    static Mode mode(Fields fields) {
        return fields.contains(SOFT) ? Mode.SOFT : Mode.HARD;
    }

    private static Resource post(
            String path, String summary, int most, Resource.Handler.Whole handler) {
        return new Resource(
                "POST", path, Verb.PURGE, summary, most, Resource.JSON, handler, DIALECT);
    }

    private ApiAnswer key(ApiCall call) throws ApiProblem, IOException, InterruptedException {
        call.onlyParameters();
        String site = site(call);
        String key = ResourceTable.decoded(call.part("key"));
        return purge(call, KEY, site, List.of(Intake.target(Scope.TAG, key)));
    }

    private ApiAnswer keys(ApiCall call) throws ApiProblem, IOException, InterruptedException {
        call.onlyParameters();
        String site = site(call);
        Fields fields = call.request().fields();
        List<String> names = call.body().length == 0 ? List.of() : names(call);
        List<PurgeTarget> targets = new ArrayList<>();
        for (String name : names) {
            targets.add(Intake.target(Scope.TAG, name));
        }
        if (names.isEmpty() || fields.contains("Surrogate-Key")) {
            targets.addAll(Intake.tags(fields, "Surrogate-Key", " \t", MOST_KEYS));
        }
        Intake.requireAtMost(MOST_KEYS, targets.size());
        String id = intake.accept(call, "POST " + KEYS, site, targets, mode(fields));
        ObjectNode ids = JsonNodeFactory.instance.objectNode();
        targets.forEach(target -> ids.put(Intake.utf8(target.value()), id));
        return ApiAnswer.json(200, ids);
    }

    private static List<String> names(ApiCall call) throws ApiProblem {
        JsonNode list = JsonBody.object(call, "surrogate_keys").path("surrogate_keys");
        Intake.requireAtMost(MOST_KEYS, list.size());
        List<String> names = new ArrayList<>();
        for (JsonNode name : list) {
            if (!name.isTextual()) {
                throw ApiProblem.badRequest("surrogate_keys is a list of strings");
            }
            names.add(name.textValue());
        }
        if (!list.isArray() || names.isEmpty()) {
            throw ApiProblem.badRequest("surrogate_keys is a list with at least one string");
        }
        return names;
    }

    /** Hard whatever the call says, as Fastly does. */
    private ApiAnswer all(ApiCall call) throws ApiProblem, IOException, InterruptedException {
        call.onlyParameters();
        List<PurgeTarget> everything = List.of(Intake.target(Scope.EVERYTHING, ""));
        return accepted(intake.accept(call, "POST " + ALL, site(call), everything, Mode.HARD));
    }

    private ApiAnswer url(ApiCall call) throws ApiProblem, IOException, InterruptedException {
        String url = call.request().target().substring(URL_START.length());
        if (url.indexOf('/') < 0 && url.toLowerCase(Locale.ROOT).contains("%2f")) {
            // One client sends it as it is, another encodes all of it.
            url = ResourceTable.decoded(url);
        }
        String lower = url.toLowerCase(Locale.ROOT);
        boolean hasScheme = lower.startsWith("http://") || lower.startsWith("https://");
        PurgeTarget target = Intake.target(Scope.URL, hasScheme ? url : "http://" + url);
        String site = intake.ofHost(call, Intake.hostOf(target)).name();
        return purge(call, URL, site, List.of(target));
    }

    private ApiAnswer purge(ApiCall call, String path, String site, List<PurgeTarget> targets)
            throws ApiProblem, InterruptedException {
        Mode mode = mode(call.request().fields());
        return accepted(intake.accept(call, "POST " + path, site, targets, mode));
    }

    private String site(ApiCall call) throws ApiProblem, IOException {
        return intake.named(call.part("site")).name();
    }
}
