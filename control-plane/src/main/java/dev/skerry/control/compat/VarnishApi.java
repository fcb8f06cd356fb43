package dev.skerry.control.compat;

import dev.skerry.cache.http.Fields;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.config.Site;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.compat.BanCondition.Subject;
import dev.skerry.control.http.ApiAnswer;
import dev.skerry.control.http.ApiCall;
import dev.skerry.control.http.ApiProblem;
import dev.skerry.control.http.Resource;
import dev.skerry.control.http.Resource.Verb;
import dev.skerry.control.purge.PurgeDesk;
import dev.skerry.control.purge.PurgeTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code PURGE}, {@code PURGEKEYS} and {@code BAN}: sent to a site's own URL, with the site's host
 * in {@code Host}.
 */
public final class VarnishApi {
    /** The most keys of one call. */
    public static final int MOST_KEYS = 1000;

    private static final String HARD_KEYS = "xkey-purge";
    private static final String SOFT_KEYS = "xkey-softpurge";
    private static final String EXPRESSION = "X-Ban-Expression";

    /** What some configurations of Varnish make a purge of something else by. */
    private static final List<String> OTHER_MEANINGS =
            List.of("X-Magento-Tags-Pattern", "X-Invalidate-Pattern", "X-Invalidate-Tags");

    private final Intake intake;

    /** Calls that hand in at this desk. */
    public VarnishApi(PurgeDesk desk, SiteSource sites) {
        this.intake = new Intake(desk, sites);
    }

    /** What it serves. */
    public List<Resource> resources() {
        return List.of(
                method("PURGE", "Purge the URL that it is sent to, or xkeys", this::purge),
                method("PURGEKEYS", "Purge xkeys", this::purgeKeys),
                method("BAN", "Purge what an expression says", this::ban));
    }

    private static Resource method(String method, String summary, Resource.Handler.Whole handler) {
        return new Resource(
                method,
                Resource.EVERY_PATH,
                Verb.PURGE,
                summary,
                0,
                Resource.JSON,
                handler,
                FastlyApi.DIALECT);
    }

    private ApiAnswer purge(ApiCall call) throws ApiProblem, IOException, InterruptedException {
        RequestHead request = call.request();
        Fields fields = request.fields();
        for (String name : OTHER_MEANINGS) {
            if (fields.contains(name)) {
                throw ApiProblem.badRequest(
                        name + " is not understood here: send xkey-purge, or BAN");
            }
        }
        if (fields.contains(HARD_KEYS) || fields.contains(SOFT_KEYS)) {
            return keys(call, "PURGE");
        }
        String method = fields.first("X-Purge-Method");
        if (method != null && method.equalsIgnoreCase("regex")) {
            return ban(call, "PURGE", ofTarget(request, true));
        }
        PurgeTarget url = Intake.target(Scope.URL, "http://" + host(request) + request.target());
        String site = intake.ofHost(call, host(request)).name();
        return accept(call, "PURGE", site, List.of(url), FastlyApi.mode(fields));
    }

    private ApiAnswer purgeKeys(ApiCall call) throws ApiProblem, IOException, InterruptedException {
        return keys(call, "PURGEKEYS");
    }

    private ApiAnswer keys(ApiCall call, String method)
            throws ApiProblem, IOException, InterruptedException {
        Fields fields = call.request().fields();
        boolean soft = fields.contains(SOFT_KEYS);
        if (soft == fields.contains(HARD_KEYS)) {
            throw ApiProblem.badRequest("send one of " + HARD_KEYS + " and " + SOFT_KEYS);
        }
        List<PurgeTarget> tags =
                Intake.tags(fields, soft ? SOFT_KEYS : HARD_KEYS, " \t,", MOST_KEYS);
        String site = intake.ofHost(call, host(call.request())).name();
        return accept(call, method, site, tags, soft ? Mode.SOFT : Mode.HARD);
    }

    private ApiAnswer ban(ApiCall call) throws ApiProblem, IOException, InterruptedException {
        Fields fields = call.request().fields();
        String expression = fields.first(EXPRESSION);
        List<BanCondition> conditions =
                expression == null ? ofFields(fields) : BanCondition.parse(Intake.utf8(expression));
        return ban(
                call, "BAN", conditions.isEmpty() ? ofTarget(call.request(), false) : conditions);
    }

    private ApiAnswer ban(ApiCall call, String method, List<BanCondition> conditions)
            throws ApiProblem, IOException, InterruptedException {
        Ban ban = Ban.of(conditions);
        List<String> hosts = ban.hosts();
        Site site = intake.ofHost(call, hosts == null ? host(call.request()) : hosts.getFirst());
        for (String host : hosts == null ? List.<String>of() : hosts) {
            if (!intake.ofHost(call, host).name().equals(site.name())) {
                throw ApiProblem.badRequest("these hosts belong to several sites");
            }
        }
        return accept(call, method, site.name(), ban.targets(site), Mode.HARD);
    }

    private ApiAnswer accept(
            ApiCall call, String method, String site, List<PurgeTarget> targets, Mode mode)
            throws ApiProblem, InterruptedException {
        String what = method + " " + Resource.EVERY_PATH;
        return FastlyApi.accepted(intake.accept(call, what, site, targets, mode));
    }

    /** Fields by which clients of the usual configurations say what to ban. */
    private static List<BanCondition> ofFields(Fields fields) throws ApiProblem {
        List<BanCondition> conditions = new ArrayList<>();
        add(conditions, Subject.HOST, either(fields, "X-Ban-Host", "X-Host"));
        add(conditions, Subject.URL, either(fields, "X-Ban-Url", "X-Url"));
        add(conditions, Subject.TAGS, fields.first("X-Cache-Tags"));
        String type = fields.first("X-Content-Type");
        if (type != null && !type.equals(".*")) {
            throw ApiProblem.badRequest("X-Content-Type: nothing is purged by its media type");
        }
        return conditions;
    }

    private static @Nullable String either(Fields fields, String one, String other) {
        String value = fields.first(one);
        return value == null ? fields.first(other) : value;
    }

    private static void add(List<BanCondition> conditions, Subject subject, @Nullable String regex)
            throws ApiProblem {
        if (regex != null) {
            if (regex.length() > BanCondition.MOST_CHARS) {
                throw ApiProblem.badRequest(
                        "a ban has at most " + BanCondition.MOST_CHARS + " characters");
            }
            conditions.add(new BanCondition(subject, true, Intake.utf8(regex)));
        }
    }

    /** The URL that it was sent to, or every URL of its host. */
    private static List<BanCondition> ofTarget(RequestHead request, boolean pattern)
            throws ApiProblem {
        BanCondition host = new BanCondition(Subject.HOST, false, host(request));
        if (request.target().equals("/.*")) {
            return List.of(host);
        }
        if (pattern || request.target().contains(".*")) {
            throw ApiProblem.badRequest(
                    "'"
                            + request.target()
                            + "' as a pattern would match anywhere within: send BAN with X-Ban-Url:"
                            + " ^/…/ for what is below a path, or /.* for the whole host");
        }
        return List.of(host, new BanCondition(Subject.URL, false, request.target()));
    }

    private static String host(RequestHead request) {
        return request.authority();
    }
}
