-- The session of the admin who simulated a message in the portal; null where a person wrote it.
alter table inbounds add column session text;
