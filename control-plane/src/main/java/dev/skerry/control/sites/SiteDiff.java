package dev.skerry.control.sites;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.List;

/** What differs between two documents, as {@code diff -u} shows it. */
final class SiteDiff {
    private static final int CONTEXT = 3;

    private SiteDiff() {}

    /** Empty when nothing differs. */
    static String unified(String oldName, String oldText, String newName, String newText) {
        List<String> before = oldText.lines().toList();
        List<String> after = newText.lines().toList();
        List<String> lines =
                UnifiedDiffUtils.generateUnifiedDiff(
                        oldName, newName, before, DiffUtils.diff(before, after), CONTEXT);
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
}
