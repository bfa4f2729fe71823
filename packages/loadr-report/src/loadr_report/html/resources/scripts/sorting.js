// Tables that readers order by a column: figures begin with the largest, names with the first.

export function makeSortable(table) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const isFigure = table.tBodies[0].rows[0].cells[column].dataset.value !== undefined
        || heading.classList.contains("figure");
      const first = isFigure ? "descending" : "ascending";
      const second = isFigure ? "ascending" : "descending";
      const order = heading.getAttribute("aria-sort") === first ? second : first;
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", order);
      sort(table.tBodies[0], column, order === "ascending" ? 1 : -1);
    });
  });
}

function sort(body, column, direction) {
  const keyed = [...body.rows].map((row) => [key(row.cells[column]), row]);
  keyed.sort(([one], [other]) => compare(one, other, direction));
  body.append(...keyed.map(([, row]) => row));
}

function key(cell) {
  return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
}

// What has no figure stands last, whichever the direction.
function compare(one, other, direction) {
  if (typeof one === typeof other) {
    return direction * (typeof one === "number" ? one - other : one.localeCompare(other));
  }
  return typeof one === "number" ? -1 : 1;
}
