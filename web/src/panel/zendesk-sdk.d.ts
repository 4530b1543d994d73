// What the panel uses of Zendesk's client, which brings no types of its own.
declare module 'zendesk_app_framework_sdk' {
  interface Client {
    get(paths: string[]): Promise<object>;
    invoke(name: string, ...values: unknown[]): Promise<object>;
    on(name: string, handler: (data: unknown) => void): void;
  }
  const ZAFClient: { init(): Client | false };
  export default ZAFClient;
}
