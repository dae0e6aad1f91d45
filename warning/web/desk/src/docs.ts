// The interface, to be read and tried: in the place of the plain list that the page comes with.
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

const list = document.getElementById("operations")!;
// What is sent in earnest may warn a city: there this page only reads.
const methods = document.body.dataset.exercise === "yes" ? undefined : ["get"];

SwaggerUI({
  url: "/openapi.json",
  domNode: list,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  deepLinking: true,
  validatorUrl: null, // it would ask somebody else
  ...(methods ? { supportedSubmitMethods: methods } : {}),
});
document.documentElement.classList.toggle("dark-mode", matchMedia("(prefers-color-scheme: dark)").matches);
