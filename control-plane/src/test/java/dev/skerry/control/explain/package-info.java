@NullMarked
package dev.skerry.control.explain;

import org.jspecify.annotations.NullMarked;
