"""AWS Backup: vaults, plans, selections.

moto 5.2.1 has no selections and no change of a plan, still shows plans that are deleted, and finds no tags for the SDK
for Go, whose paths have no slash at their ends.
"""

import json
import time
import uuid

from rest import Error, Request, Tags


class Backup:
    content_type = "application/json"

    def __init__(self, account: str):
        self.prefix = f"arn:aws:backup:us-east-1:{account}"
        self.vaults: dict[str, dict] = {}
        self.plans: dict[str, dict] = {}
        self.selections: dict[str, dict[str, dict]] = {}  # by plan
        self.tags = Tags()

    def error(self, e: Error) -> bytes:
        return json.dumps({"Code": e.code, "Message": str(e), "message": str(e)}).encode()

    def answer(self, r: Request):
        body = json.loads(r.body or b"{}")
        match r.method, r.path:
            case method, ["backup-vaults", *rest]:
                out = self.vault(method, rest, body)
            case method, ["backup", "plans", plan, "selections", *rest]:
                out = self.selection(method, plan, rest, body)
            case method, ["backup", "plans", *rest]:
                out = self.plan(method, rest, body)
            case "GET", ["tags", arn]:
                out = {"Tags": self.tags[arn]}
            case "POST", ["tags", arn]:
                self.tags[arn] |= body["Tags"]
                out = {}
            case "POST", ["untag", arn]:
                self.tags.remove(arn, body["TagKeyList"])
                out = {}
            case _:
                raise Error(400, "NotImplemented", f"{r.method} /{'/'.join(r.path)}")
        return json.dumps(out).encode(), {}

    def vault(self, method: str, path: list[str], body: dict) -> dict:
        match method, path:
            case "GET", []:
                return {"BackupVaultList": list(self.vaults.values())}
            case "PUT", [name]:
                if name in self.vaults:
                    raise Error(400, "AlreadyExistsException", f"Backup vault {name} already exists")
                arn = f"{self.prefix}:backup-vault:{name}"
                self.vaults[name] = {
                    "BackupVaultName": name,
                    "BackupVaultArn": arn,
                    "CreationDate": time.time(),
                    "EncryptionKeyArn": body.get("EncryptionKeyArn"),
                    "NumberOfRecoveryPoints": 0,
                    "Locked": False,
                    "VaultType": "BACKUP_VAULT",
                    "VaultState": "AVAILABLE",
                }
                self.tags[arn] = body.get("BackupVaultTags") or {}
            case "DELETE", [name]:
                self.vaults.pop(name, None)
                return {}
            case "GET", [name, "recovery-points"]:
                return {"RecoveryPoints": []}
            case "GET", [_, "access-policy" | "notification-configuration"]:
                raise Error(400, "ResourceNotFoundException", "there is none")
        name = path[0]
        if name not in self.vaults:
            raise Error(400, "ResourceNotFoundException", f"Backup vault {name} not found")
        return self.vaults[name]

    def plan(self, method: str, path: list[str], body: dict) -> dict:
        match method, path:
            case "GET", []:
                return {"BackupPlansList": list(self.plans.values())}
            case "PUT", []:
                plan = body["BackupPlan"]
                if any(p["BackupPlan"]["BackupPlanName"] == plan["BackupPlanName"] for p in self.plans.values()):
                    raise Error(400, "AlreadyExistsException", "Backup plan with the same plan document already exists")
                id = str(uuid.uuid4())
                arn = f"{self.prefix}:backup-plan:{id}"
                self.plans[id] = {"BackupPlanId": id, "BackupPlanArn": arn, "CreationDate": time.time()}
                self.tags[arn] = body.get("BackupPlanTags") or {}
                self.selections[id] = {}
                self.set_plan(id, plan)
                return self.plans[id]
        id = path[0]
        if id not in self.plans:
            raise Error(400, "ResourceNotFoundException", f"Cannot find Backup plan with ID {id}")
        match method:
            case "POST":
                self.set_plan(id, body["BackupPlan"])
            case "DELETE":
                if self.selections[id]:
                    raise Error(
                        400,
                        "InvalidRequestException",
                        "Related backup plan selections must be deleted prior to backup plan deletion",
                    )
                return self.plans.pop(id) | {"DeletionDate": time.time()}
        return self.plans[id]

    def set_plan(self, id: str, plan: dict) -> None:
        for rule in plan["Rules"]:
            rule.setdefault("RuleId", str(uuid.uuid4()))
            rule.setdefault("ScheduleExpressionTimezone", "Etc/UTC")
            rule.setdefault("StartWindowMinutes", 480)
            rule.setdefault("CompletionWindowMinutes", 10080)
        self.plans[id] |= {
            "BackupPlan": plan,
            "VersionId": str(uuid.uuid4()),
            "AdvancedBackupSettings": plan.get("AdvancedBackupSettings") or [],
        }

    def selection(self, method: str, plan: str, path: list[str], body: dict) -> dict:
        if plan not in self.plans:
            raise Error(400, "InvalidParameterValueException", f"Cannot find Backup plan with ID {plan}")
        of_plan = self.selections[plan]
        match method, path:
            case "GET", []:
                return {"BackupSelectionsList": list(of_plan.values())}
            case "PUT", []:
                id = str(uuid.uuid4())
                of_plan[id] = {
                    "BackupPlanId": plan,
                    "SelectionId": id,
                    "CreationDate": time.time(),
                    "BackupSelection": body["BackupSelection"],
                }
                return of_plan[id]
            case "DELETE", [id]:
                of_plan.pop(id, None)
                return {}
        if path[0] not in of_plan:
            raise Error(400, "ResourceNotFoundException", f"Cannot find backup selection with ID {path[0]}")
        return of_plan[path[0]]
