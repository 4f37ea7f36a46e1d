terraform {
  required_providers {
    restapi = {
      source = "Mastercard/restapi"
    }
  }
}

variable "adapter_url" { type = string }
variable "callbacks" { type = number }
variable "subscriptions" { type = number }
variable "changed" { type = number }

provider "restapi" {
  uri                  = var.adapter_url
  write_returns_object = true
}

resource "restapi_object" "scheme" {
  path         = "/authentications"
  id_attribute = "authId"
  data = jsonencode({
    authType     = "oauth2"
    grantType    = "client_credentials"
    authUrl      = "https://login.example.org/token"
    clientId     = "c"
    clientSecret = "s"
  })
  # ENS shows no scheme.
  ignore_all_server_changes = true
}

resource "restapi_object" "callback" {
  count        = var.callbacks
  path         = "/callbacks"
  id_attribute = "callbackId"
  data = jsonencode({
    callbackName = "c${count.index}"
    url          = "https://hooks.example.org/${count.index}"
    authId       = restapi_object.scheme.id
  })
  ignore_changes_to = ["callbackId", "maxBatchSize", "signatureKey", "status", "statusReason"]
}

resource "restapi_object" "subscription" {
  count        = var.subscriptions
  path         = "/subscriptions"
  id_attribute = "subscriptionId"
  data = jsonencode({
    subscriptionName   = "s${count.index}"
    callbackId         = restapi_object.callback[count.index % var.callbacks].id
    eventCategoryTypes = ["TransactionalSendEvents.${count.index < var.changed ? "EmailNotSent" : "EmailSent"}"]
  })
  ignore_changes_to = ["callbackName", "filters", "maxBatchSize", "status", "statusReason", "subscriptionId", "url"]
}
