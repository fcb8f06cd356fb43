package dev.skerry.cache.http;

import dev.skerry.cache.http.StructuredFields.BooleanValue;
import dev.skerry.cache.http.StructuredFields.DecimalValue;
import dev.skerry.cache.http.StructuredFields.InnerList;
import dev.skerry.cache.http.StructuredFields.IntegerValue;
import dev.skerry.cache.http.StructuredFields.OtherValue;
import dev.skerry.cache.http.StructuredFields.StringValue;
import dev.skerry.cache.http.StructuredFields.TokenValue;
import dev.skerry.cache.http.StructuredFields.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parsing algorithms of RFC 9651 §4.2, in its order. A method that finds an error returns null
 * and leaves the rest unread.
 */
final class StructuredFieldParser {
    private final String text;
    private int at;

    StructuredFieldParser(String text) {
        this.text = text;
    }

    @Nullable List<Value> list() {
        List<Value> members = new ArrayList<>();
        skip(false);
        while (at < text.length()) {
            Value member = itemOrInnerList();
            if (member == null || !separator()) {
                return null;
            }
            members.add(member);
        }
        return members;
    }

    @Nullable Map<String, Value> dictionary() {
        Map<String, Value> members = new LinkedHashMap<>();
        skip(false);
        while (at < text.length()) {
            String key = key();
            if (key == null) {
                return null;
            }
            Value value = new BooleanValue(true);
            if (at(0) == '=') {
                at++;
                value = itemOrInnerList();
            } else if (!parameters()) {
                return null;
            }
            if (value == null || !separator()) {
                return null;
            }
            members.remove(key);
            members.put(key, value);
        }
        return members;
    }

    /** Between members, or at the end; false when neither, or when a member must follow a comma. */
    private boolean separator() {
        skip(true);
        if (at == text.length()) {
            return true;
        }
        if (text.charAt(at) != ',') {
            return false;
        }
        at++;
        skip(true);
        return at < text.length();
    }

    private @Nullable Value itemOrInnerList() {
        return at(0) == '(' ? innerList() : item();
    }

    private @Nullable Value innerList() {
        at++;
        List<Value> values = new ArrayList<>();
        while (true) {
            skip(false);
            if (at(0) == ')') {
                at++;
                return parameters() ? new InnerList(List.copyOf(values)) : null;
            }
            Value value = item();
            if (value == null || (at(0) != ' ' && at(0) != ')')) {
                return null;
            }
            values.add(value);
        }
    }

    private @Nullable Value item() {
        Value value = bareItem();
        return value != null && parameters() ? value : null;
    }

    private boolean parameters() {
        while (at(0) == ';') {
            at++;
            skip(false);
            if (key() == null) {
                return false;
            }
            if (at(0) == '=') {
                at++;
                if (bareItem() == null) {
                    return false;
                }
            }
        }
        return true;
    }

    private @Nullable Value bareItem() {
        int c = at(0);
        if (c == '-' || isDigit(c)) {
            return number();
        }
        if (isAlpha(c) || c == '*') {
            return token();
        }
        return switch (c) {
            case '"' -> string();
            case '?' -> bool();
            case ':' -> bytes();
            case '@' -> date();
            case '%' -> displayString();
            default -> null;
        };
    }

    private @Nullable Value number() {
        int start = at;
        if (at(0) == '-') {
            at++;
        }
        int integral = digits();
        if (integral == 0) {
            return null;
        }
        if (at(0) != '.') {
            return integral > 15 ? null : new IntegerValue(Long.parseLong(text, start, at, 10));
        }
        at++;
        int fraction = digits();
        return integral > 12 || fraction < 1 || fraction > 3
                ? null
                : new DecimalValue(text.substring(start, at));
    }

    private @Nullable Value string() {
        StringBuilder content = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return new StringValue(content.toString());
            }
            if (c == '\\') {
                at++;
                if (at(0) != '"' && at(0) != '\\') {
                    return null;
                }
                c = text.charAt(at);
            } else if (c < 0x20 || c > 0x7E) {
                return null;
            }
            content.append(c);
        }
        return null;
    }

    private Value token() {
        int start = at++;
        while (at < text.length()
                && (FieldValues.isTokenChar(text.charAt(at))
                        || text.charAt(at) == ':'
                        || text.charAt(at) == '/')) {
            at++;
        }
        return new TokenValue(text.substring(start, at));
    }

    private @Nullable Value bool() {
        int digit = at(1);
        at += 2;
        return digit == '0' || digit == '1' ? new BooleanValue(digit == '1') : null;
    }

    private @Nullable Value bytes() {
        int end = text.indexOf(':', at + 1);
        for (int i = at + 1; i < end; i++) {
            int c = text.charAt(i);
            if (!isAlpha(c) && !isDigit(c) && c != '+' && c != '/' && c != '=') {
                return null;
            }
        }
        return end < 0 ? null : other(end + 1);
    }

    private @Nullable Value date() {
        int start = at++;
        if (!(number() instanceof IntegerValue)) {
            return null;
        }
        int end = at;
        at = start;
        return other(end);
    }

    private @Nullable Value displayString() {
        if (at(1) != '"') {
            return null;
        }
        for (int i = at + 2; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return other(i + 1);
            }
            if (c < 0x20 || c > 0x7E || (c == '%' && !isLowerHex(i + 1, i + 2))) {
                return null;
            }
        }
        return null;
    }

    private boolean isLowerHex(int one, int two) {
        return two < text.length()
                && "0123456789abcdef".indexOf(text.charAt(one)) >= 0
                && "0123456789abcdef".indexOf(text.charAt(two)) >= 0;
    }

    private Value other(int end) {
        Value value = new OtherValue(text.substring(at, end));
        at = end;
        return value;
    }

    private @Nullable String key() {
        int start = at;
        int first = at(0);
        if (!isLower(first) && first != '*') {
            return null;
        }
        while (isLower(at(0)) || isDigit(at(0)) || "_-.*".indexOf(at(0)) >= 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private int digits() {
        int start = at;
        while (isDigit(at(0))) {
            at++;
        }
        return at - start;
    }

    private void skip(boolean tabs) {
        while (at(0) == ' ' || (tabs && at(0) == '\t')) {
            at++;
        }
    }

    /** The character so far ahead, or -1 past the end. */
    private int at(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : -1;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLower(int c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isAlpha(int c) {
        return isLower(c) || (c >= 'A' && c <= 'Z');
    }
}
