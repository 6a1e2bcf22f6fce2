// Elements by hand: tags, attributes, text. Nothing here reads markup, so no text can become any.

export type Child = Node | string | null | undefined | false | readonly Child[];

export interface Props {
  /** Attributes; `true` is an empty one, `false` and `null` are none. */
  readonly [name: string]: string | number | boolean | null | undefined | ((event: Event) => void);
}

/** An element with attributes and children; a function under `onclick` and the like listens. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else {
      attribute(element, name, value);
    }
  }
  element.append(...nodes(children));
  return element;
}

export function attribute(
  element: Element,
  name: string,
  value: string | number | boolean | null | undefined,
): void {
  if (value === null || value === undefined || value === false) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Puts children in the place of what an element holds. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...nodes(children));
}

/** Says something short, once: the same text is not set again, so that it is not read out again. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag: string, props: Props, ...children: Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(props)) {
    if (typeof value !== "function") {
      attribute(element, name, value);
    }
  }
  element.append(...children);
  return element;
}

function nodes(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) {
      return [];
    }
    return typeof child === "string" || child instanceof Node ? [child] : nodes(child);
  });
}

let pressed = false;
if (typeof document !== "undefined") {
  addEventListener("pointerdown", () => (pressed = true), true);
  for (const end of ["pointerup", "pointercancel"]) {
    addEventListener(end, () => (pressed = false), true);
  }
}

/** Acts at once, or after the click that is being made: what is pressed must not move away from under the pointer. */
export function whenReleased(act: () => void): void {
  if (pressed) {
    addEventListener("pointerup", () => setTimeout(act), { once: true });
  } else {
    act();
  }
}
