// Texts are embedded by the build.
declare module "*.ftl" {
  const text: string;
  export default text;
}
