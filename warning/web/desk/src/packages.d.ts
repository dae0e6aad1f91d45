declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  const SwaggerUI: (options: object) => object;
  export default SwaggerUI;
}
