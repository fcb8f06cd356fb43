package dev.skerry.proxy.explain;

import dev.skerry.config.FieldTest;
import dev.skerry.config.Rule;
import dev.skerry.config.text.JsonWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** Says which rule decided, as its author would find it. */
final class RuleText {
    private RuleText() {}

    static void write(JsonWriter json, Rule rule) {
        json.object("rule").put("index", rule.index()).put("pass", rule.pass());
        json.put("words", rule.index() < 0 ? "no rule matches: the site's defaults" : words(rule));
        json.end();
    }

    /** Rules are counted from one here, as people do. */
    private static String words(Rule rule) {
        Rule.Match match = rule.match();
        List<String> conditions = new ArrayList<>();
        add(conditions, "path", match.paths());
        add(conditions, "method", new TreeSet<>(match.methods()));
        match.headers().forEach(test -> conditions.add("header " + test(test)));
        match.query().forEach(test -> conditions.add("query " + test(test)));
        add(conditions, "country", new TreeSet<>(match.countries()));
        String all = conditions.isEmpty() ? "every request" : String.join(", ", conditions);
        return "rule " + (rule.index() + 1) + ": " + all;
    }

    private static void add(List<String> conditions, String name, Collection<?> any) {
        if (!any.isEmpty()) {
            conditions.add(
                    name + " " + String.join(" or ", any.stream().map(Object::toString).toList()));
        }
    }

    private static String test(FieldTest test) {
        if (test.presence() == FieldTest.Presence.ABSENT) {
            return "no " + test.name();
        }
        return test.values().isEmpty()
                ? test.name()
                : test.name()
                        + " "
                        + String.join(
                                " or ", test.values().stream().map(Object::toString).toList());
    }
}
